package io.varve.flink.table;

import io.varve.query.TimeBucket;
import io.varve.query.TimeBucketCutter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;

/**
 * The metadata columns that show in which minute, hour, day, week or month an event was. Groups by
 * them are computed inside the source, which those by {@code FLOOR(ts TO HOUR)} are not.
 */
enum BucketColumn {
  MINUTE(TimeBucket.MINUTE, false),
  HOUR(TimeBucket.HOUR, false),
  DAY(TimeBucket.DAY, true),
  WEEK(TimeBucket.WEEK, true),
  MONTH(TimeBucket.MONTH, true);

  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final TimeBucket bucket;
  private final boolean date;

  BucketColumn(TimeBucket bucket, boolean date) {
    this.bucket = bucket;
    this.date = date;
  }

  TimeBucket bucket() {
    return bucket;
  }

  /** Returns whether values are dates, not times. */
  boolean isDate() {
    return date;
  }

  /** Returns the metadata key. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the bucket of a metadata key, empty if there is none. */
  static Optional<BucketColumn> ofKey(String key) {
    return Arrays.stream(values()).filter(column -> column.key().equals(key)).findFirst();
  }

  /**
   * Returns the type, nullable since that is how columns are mostly declared, and a cast between
   * would keep groups by it out of the scan. Minutes and hours have the kind of type that the time
   * column has; days, weeks and months are the dates of their first days.
   *
   * @param pointInTime whether the time column is a TIMESTAMP_LTZ
   */
  DataType type(boolean pointInTime) {
    DataType time = pointInTime ? DataTypes.TIMESTAMP_LTZ(0) : DataTypes.TIMESTAMP(0);
    return date ? DataTypes.DATE() : time;
  }

  /** Returns all keys with their types. */
  static Map<String, DataType> readable(boolean pointInTime) {
    Map<String, DataType> types = new LinkedHashMap<>();
    for (BucketColumn column : values()) {
      types.put(column.key(), column.type(pointInTime));
    }
    return types;
  }

  /**
   * Returns a bucket as SQL holds it.
   *
   * @param start its first nanosecond
   * @param zone that time is cut in
   */
  Object valueOf(long start, ZoneId zone) {
    if (date) {
      return Math.toIntExact(dateOf(start, zone).toEpochDay());
    }
    return TimestampData.fromEpochMillis(Math.floorDiv(start, NANOS_PER_MILLI));
  }

  private static LocalDate dateOf(long start, ZoneId zone) {
    Instant instant =
        Instant.ofEpochSecond(
            Math.floorDiv(start, NANOS_PER_SECOND), Math.floorMod(start, NANOS_PER_SECOND));
    return LocalDate.ofInstant(instant, zone);
  }

  TimeBucketCutter newCutter(ZoneId zone) {
    return new TimeBucketCutter(bucket, zone);
  }

  /** Returns the zone that the time column of a table is cut in: a local time is cut as it is. */
  static ZoneId zone(boolean pointInTime, String tableZone) {
    return pointInTime ? ZoneId.of(tableZone) : ZoneOffset.UTC;
  }
}
