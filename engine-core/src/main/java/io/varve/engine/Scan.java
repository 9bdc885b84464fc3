package io.varve.engine;

import io.varve.column.BlockSource;
import io.varve.column.RowBatch;
import io.varve.query.Block;
import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.query.Selection;
import io.varve.schema.Field;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the events that meet a filter, batch by batch, at one point of the log: what is
 * appended or deleted meanwhile does not matter. Confined to one thread. The process that writes
 * keeps the files while one of its own is open; to a reader in another they may go.
 */
public final class Scan implements Closeable {

  private final LogSnapshot snapshot;
  private final List<Part> parts;
  private final BoundFilter filter;
  private final Schema selected;
  private final Selection selection = new Selection();
  private int part = -1;
  private int block;
  private final Function<NoSuchFileException, IOException> onMissingFile;
  private @Nullable BlockSource source;
  private @Nullable IOException failure;

  Scan(
      LogSnapshot snapshot,
      Filter filter,
      List<String> columns,
      Function<NoSuchFileException, IOException> onMissingFile) {
    this.snapshot = snapshot;
    this.onMissingFile = onMissingFile;
    this.parts = snapshot.parts(); // what comes later is not in it
    Schema schema = snapshot.schema();
    this.filter = BoundFilter.of(AggregateQuery.above(snapshot, filter), schema);
    this.selected = columns.isEmpty() ? schema : select(schema, columns);
  }

  private static Schema select(Schema schema, List<String> columns) {
    List<Field> fields = new ArrayList<>();
    for (String name : columns) {
      fields.add(schema.field(schema.indexOf(name)));
    }
    if (!fields.contains(schema.timeField())) {
      fields.add(schema.timeField());
    }
    return new Schema(schema.version(), fields, schema.timeFieldId());
  }

  /** Returns the columns of the batches: those chosen, and the time column. */
  public Schema schema() {
    return selected;
  }

  /**
   * Returns the next batch.
   *
   * <p>A scan that has failed is over: it fails again, and never goes on behind what is missing.
   *
   * @return at least one row, at most {@link BlockSource#MAX_BLOCK_ROWS}; null at the end
   * @throws io.varve.io.CorruptFileException if a block is damaged
   * @throws io.varve.io.SnapshotExpiredException if another process reads, and the writer has
   *     deleted a file meanwhile
   */
  public @Nullable RowBatch next() throws IOException {
    if (failure != null) {
      throw failure;
    }
    try {
      return nextBatch();
    } catch (NoSuchFileException missing) {
      failure = onMissingFile.apply(missing);
      throw failure;
    } catch (IOException damaged) {
      failure = damaged;
      throw damaged;
    }
  }

  private @Nullable RowBatch nextBatch() throws IOException {
    while (true) {
      BlockSource open = source;
      if (open == null || block == open.blockCount()) {
        if (part + 1 >= parts.size()) {
          return null;
        }
        if (part >= 0) {
          parts.get(part).release();
        }
        source = parts.get(++part).source();
        block = 0;
        continue;
      }
      Block current = new Block(open, block++);
      filter.select(current, selection);
      if (selection.count() > 0) {
        return copy(current);
      }
    }
  }

  private RowBatch copy(Block current) throws IOException {
    RowBatch batch = new RowBatch(selected);
    for (int i = 0; i < selected.size(); i++) {
      int fieldId = selected.field(i).id();
      for (int row = selection.next(0); row >= 0; row = selection.next(row + 1)) {
        batch.column(i).appendFrom(current.column(fieldId), row);
      }
    }
    for (HiddenField field : HiddenField.values()) {
      for (int row = selection.next(0); row >= 0; row = selection.next(row + 1)) {
        batch.hidden(field).appendFrom(current.column(field.id()), row);
      }
    }
    return batch;
  }

  /** Lets the files go; closing twice is fine. */
  @Override
  public void close() throws IOException {
    snapshot.close();
  }
}
