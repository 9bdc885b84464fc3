package io.varve.column;

import java.util.List;

/**
 * Groups of rows in memory, to be stored beside the rows. Immutable but for its columns.
 *
 * @param name of the projection
 * @param timeBucket the span of time that is a key, such as {@code day}; empty if none is
 * @param timeZone the zone that spans of time are cut in
 * @param columns each with as many values as there are groups
 */
public record PreaggregatedRows(
    String name, String timeBucket, String timeZone, List<OfColumn> columns) {

  /** Copies the list. */
  public PreaggregatedRows {
    columns = List.copyOf(columns);
  }

  /** Returns the number of groups. */
  public int groupCount() {
    return columns.get(0).values().size();
  }

  /**
   * A column of the groups.
   *
   * @param role what it says
   * @param fieldId of which column, 0 for the number of rows
   * @param values one for each group
   */
  public record OfColumn(Preaggregation.Role role, int fieldId, Column values) {}
}
