package io.varve.flink.table;

import java.io.Serializable;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/**
 * A column that a scan gives. Immutable.
 *
 * @param name as filters and queries call it
 * @param type the SQL type
 * @param bucket the span of the time column that it shows; null for other columns
 * @param origin what it shows of where the row was read; null for other columns
 */
record ScanColumn(
    String name, LogicalType type, @Nullable BucketColumn bucket, @Nullable OriginColumn origin)
    implements Serializable {

  static ScanColumn stored(String name, LogicalType type) {
    return new ScanColumn(name, type, null, null);
  }

  static ScanColumn of(OriginColumn origin) {
    return new ScanColumn(origin.key(), origin.type().getLogicalType(), null, origin);
  }

  /** Returns whether the table stores it, so that it can be filtered and aggregated. */
  boolean isStored() {
    return bucket == null && origin == null;
  }
}
