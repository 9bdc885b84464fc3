package io.varve.flink.table;

import java.io.Serializable;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/**
 * A column that a scan gives. Immutable.
 *
 * @param name as filters and queries call it
 * @param type the SQL type
 * @param bucket the span of the time column that it shows; null for a stored column
 */
record ScanColumn(String name, LogicalType type, @Nullable BucketColumn bucket)
    implements Serializable {}
