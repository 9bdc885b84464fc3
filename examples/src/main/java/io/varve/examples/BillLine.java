package io.varve.examples;

import io.varve.query.AggregateRow;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of a bill. Immutable.
 *
 * @param day when the day began
 * @param run the bill that it is on
 * @param user who pays
 * @param model what was used
 * @param events how often
 * @param tokens all tokens together
 * @param costMicros the price of all, in millionths
 */
record BillLine(
    Instant day,
    long run,
    @Nullable String user,
    @Nullable String model,
    long events,
    long tokens,
    long costMicros) {

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** Reads a result of {@link BillJob#rollup}, whose columns are in that order. */
  static BillLine of(AggregateRow row, long run) {
    return new BillLine(
        Instant.ofEpochSecond(Math.floorDiv(row.getLong(0), NANOS_PER_SECOND)),
        run,
        row.isNull(1) ? null : row.getString(1),
        row.isNull(2) ? null : row.getString(2),
        row.getLong(3),
        row.isNull(4) ? 0 : row.getLong(4),
        row.isNull(5) ? 0 : row.getLong(5));
  }
}
