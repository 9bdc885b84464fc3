package io.varve.table;

import io.varve.query.Filter;
import io.varve.query.TimeBucket;
import io.varve.query.TimeBucketCutter;
import io.varve.schema.Schema;
import io.varve.schema.TypeKind;
import io.varve.table.protocol.CommitRecord;
import java.io.IOException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Which spans of event time are over at a commit, by the watermark of the job that writes: no rows
 * are to come of them but late ones. Stateless.
 */
public final class ClosedTime {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private ClosedTime() {}

  /**
   * Returns the end of the last span of time that is over: the start of the one in which the first
   * row may come that is not late.
   *
   * @return nanoseconds since the epoch; {@link Long#MIN_VALUE} if the job has had no watermark,
   *     {@link Long#MAX_VALUE} if its input has ended
   */
  public static long end(TableSnapshot snapshot, TimeBucket bucket) throws IOException {
    Optional<CommitRecord> record = snapshot.record();
    long watermark = record.isEmpty() ? Long.MIN_VALUE : record.get().progress().watermark();
    if (watermark < Long.MIN_VALUE / NANOS_PER_MILLI) {
      return Long.MIN_VALUE;
    }
    if (watermark >= Long.MAX_VALUE / NANOS_PER_MILLI) {
      return Long.MAX_VALUE;
    }
    boolean local = snapshot.table().schema().timeField().type().kind() == TypeKind.TIMESTAMP;
    ZoneId zone = local ? ZoneOffset.UTC : ZoneId.of(snapshot.table().definition().timeZone());
    return new TimeBucketCutter(bucket, zone).startOf((watermark + 1) * NANOS_PER_MILLI);
  }

  /**
   * Narrows a filter to the rows before a time.
   *
   * @param end as of {@link #end}
   */
  public static Filter before(Filter filter, long end, Schema schema) {
    return end == Long.MAX_VALUE
        ? filter
        : Filter.and(filter, Filter.lt(schema.timeField().name(), end));
  }
}
