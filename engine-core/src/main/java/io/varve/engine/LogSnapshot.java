package io.varve.engine;

import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** All rows of a log at one point. Confined to one thread; closed by whoever asked for it. */
interface LogSnapshot extends Closeable {

  /** Returns the columns and what they are for. */
  TableDefinition definition();

  /** Returns the least time of rows that are there, {@link Manifest#NO_FLOOR} for any. */
  long floor();

  /** Returns where the rows are: segments in the order of sealing, then unsealed rows. */
  List<Part> parts();

  /** Returns those parts that may hold rows with an id. */
  default List<Part> partsThatMayHold(WantedId id) throws IOException {
    List<Part> holding = new ArrayList<>();
    for (Part part : parts()) {
      if (!(part instanceof SegmentPart sealed) || id.mayBeIn(sealed.segment())) {
        holding.add(part);
      }
    }
    return holding;
  }

  /** Returns the number of the manifest that the rows are of. */
  long manifestNumber();

  default Schema schema() {
    return definition().schema();
  }

  @Override
  void close() throws IOException;
}
