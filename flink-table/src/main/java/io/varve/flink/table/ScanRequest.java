package io.varve.flink.table;

import io.varve.query.Filter;
import java.util.List;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * What the planner has asked of a scan so far. Immutable.
 *
 * @param columns that it gives, in order
 * @param produced the rows that the planner expects
 * @param filter the condition that rows meet
 * @param limit the most rows that are needed, or {@link #UNLIMITED}
 * @param aggregation what is computed of them; null for the rows themselves
 * @param pinned the number of the commit that the planner has looked at and that must be read;
 *     {@link #NOT_PINNED} if any does
 */
record ScanRequest(
    List<ScanColumn> columns,
    RowType produced,
    Filter filter,
    long limit,
    @Nullable PushedAggregation aggregation,
    long pinned) {

  /** All rows are needed. */
  static final long UNLIMITED = -1;

  /** Planning has looked at no commit. */
  static final long NOT_PINNED = -1;

  ScanRequest {
    columns = List.copyOf(columns);
  }

  static ScanRequest all(List<ScanColumn> columns, RowType produced) {
    return new ScanRequest(columns, produced, Filter.all(), UNLIMITED, null, NOT_PINNED);
  }

  ScanRequest withColumns(List<ScanColumn> newColumns, RowType newProduced) {
    return new ScanRequest(newColumns, newProduced, filter, limit, aggregation, pinned);
  }

  ScanRequest withFilter(Filter newFilter) {
    return new ScanRequest(columns, produced, newFilter, limit, aggregation, pinned);
  }

  ScanRequest withLimit(long newLimit) {
    return new ScanRequest(columns, produced, filter, newLimit, aggregation, pinned);
  }

  ScanRequest withAggregation(PushedAggregation newAggregation) {
    return new ScanRequest(
        columns, newAggregation.produced(), filter, limit, newAggregation, pinned);
  }

  ScanRequest withPinned(long commit) {
    return new ScanRequest(columns, produced, filter, limit, aggregation, commit);
  }
}
