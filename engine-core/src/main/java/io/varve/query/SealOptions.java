package io.varve.query;

import io.varve.schema.Projection;
import io.varve.schema.TableDefinition;
import io.varve.segment.Preaggregator;
import io.varve.segment.SegmentOptions;
import java.util.ArrayList;
import java.util.List;

/** How the segments of a table are written: its roles of columns and its projections. Stateless. */
public final class SealOptions {

  /** A projection is stored in a segment if it has at most one group for so many rows. */
  public static final int DEFAULT_MIN_ROWS_PER_GROUP = 4;

  private SealOptions() {}

  /** Returns what a table's definition asks for. */
  public static SegmentOptions of(TableDefinition table) {
    return of(table, DEFAULT_MIN_ROWS_PER_GROUP);
  }

  /**
   * Returns what a table's definition asks for.
   *
   * @param minRowsPerGroup projections with more groups than rows divided by this are left out
   */
  public static SegmentOptions of(TableDefinition table, int minRowsPerGroup) {
    if (minRowsPerGroup < 1) {
      throw new IllegalArgumentException("minRowsPerGroup must be positive, is " + minRowsPerGroup);
    }
    List<Preaggregator> projections = new ArrayList<>();
    for (Projection projection : table.projections()) {
      ProjectionBuilder builder =
          new ProjectionBuilder(projection, table.schema(), table.timeZone(), minRowsPerGroup);
      projections.add(builder::build);
    }
    return SegmentOptions.of(table).withProjections(projections);
  }
}
