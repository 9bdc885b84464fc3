package io.varve.table;

import io.varve.column.RowSink;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import io.varve.schema.TableDefinition;
import io.varve.schema.TypeKind;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Finds the directory that a row belongs to from the values of its partition columns and its bucket
 * key; the values of other columns pass by. Confined to one thread.
 *
 * <p>The bucket is a hash of the key values' text (FNV-1a of 64 bits with the finalizer of
 * splitmix64, format.md) modulo the number of buckets.
 */
public final class PartitionRouter implements RowSink {

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final Schema schema;
  private final List<String> partitionColumns;
  private final int[] partitionIndexes;
  private final int[] bucketIndexes;
  private final int buckets;
  private final @Nullable String[] values;
  private final boolean[] wanted;
  private final KnownPaths paths;

  /** Creates a router for a table. */
  public PartitionRouter(TableDefinition definition) {
    this.schema = definition.schema();
    this.partitionColumns = definition.partitionColumns();
    this.partitionIndexes = partitionColumns.stream().mapToInt(schema::indexOf).toArray();
    this.bucketIndexes = definition.bucketKey().stream().mapToInt(schema::indexOf).toArray();
    this.buckets = definition.buckets();
    this.values = new String[schema.size()];
    this.paths = new KnownPaths(partitionIndexes);
    this.wanted = new boolean[schema.size()];
    for (int index : partitionIndexes) {
      wanted[index] = true;
    }
    for (int index : bucketIndexes) {
      wanted[index] = true;
    }
  }

  /** Returns whether every row of a writer goes to one directory, so that rows need no look. */
  public boolean isConstant() {
    return partitionIndexes.length == 0 && bucketIndexes.length == 0;
  }

  /**
   * Returns the path of the row whose values have been set, and forgets them.
   *
   * @param ownBucket the bucket to use where the table has no bucket key
   */
  public String path(OptionalInt ownBucket) {
    int bucket = bucketIndexes.length > 0 ? bucketOfKey() : ownBucket.orElseThrow();
    String path = paths.find(values, bucket);
    if (path == null) {
      path = build(bucket);
      paths.add(values, bucket, path);
    }
    abandonRow();
    return path;
  }

  /** Returns the text of a partition column that has been set, null if it has not. */
  @Nullable String partitionValue(String column) {
    return values[partitionIndexes[partitionColumns.indexOf(column)]];
  }

  private String build(int bucket) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < partitionIndexes.length; i++) {
      path.append(PartitionPath.part(partitionColumns.get(i), values[partitionIndexes[i]]))
          .append('/');
    }
    return path.append(PartitionPath.bucket(bucket)).toString();
  }

  private int bucketOfKey() {
    long hash = FNV_OFFSET;
    for (int index : bucketIndexes) {
      String value = values[index];
      hash = value == null ? hash : hash(hash, value);
      hash = (hash ^ (value == null ? 0x100 : 0x101)) * FNV_PRIME; // ends each value
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return (int) Long.remainderUnsigned(hash ^ (hash >>> 31), buckets);
  }

  /** Goes on with the bytes of a text in UTF-8. */
  private static long hash(long before, String text) {
    long hash = before;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        return hash(before, text.getBytes(StandardCharsets.UTF_8));
      }
      hash = (hash ^ c) * FNV_PRIME;
    }
    return hash;
  }

  private static long hash(long before, byte[] bytes) {
    long hash = before;
    for (byte b : bytes) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return hash;
  }

  private void set(int column, String value) {
    values[column] = value;
  }

  @Override
  public void setBoolean(int column, boolean value) {
    if (wanted[column]) {
      set(column, String.valueOf(value));
    }
  }

  @Override
  public void setLong(int column, long value) {
    if (wanted[column]) {
      boolean bool = schema.field(column).type().kind() == TypeKind.BOOLEAN;
      set(column, bool ? String.valueOf(value != 0) : Long.toString(value));
    }
  }

  @Override
  public void setDouble(int column, double value) {
    if (wanted[column]) {
      set(column, Double.toString(value));
    }
  }

  @Override
  public void setString(int column, String value) {
    if (wanted[column]) {
      set(column, value);
    }
  }

  @Override
  public void setBytes(int column, byte[] value) {
    if (!wanted[column]) {
      return;
    }
    if (schema.field(column).type().kind() == TypeKind.STRING) {
      // The same directory, whether a text comes as such or as its bytes.
      set(column, new String(value, StandardCharsets.UTF_8));
    } else {
      set(column, Base64.getUrlEncoder().withoutPadding().encodeToString(value));
    }
  }

  @Override
  public void setDecimal(int column, BigDecimal value) {
    if (wanted[column]) {
      BigDecimal plain = value.stripTrailingZeros();
      // The plain digits of 1e100000000 would fill the memory; no column can hold such a value.
      boolean huge = Math.abs((long) plain.scale()) > 2L * DataType.MAX_DECIMAL_PRECISION;
      set(column, huge ? plain.toString() : plain.toPlainString());
    }
  }

  @Override
  public void setTimestamp(int column, long millis, int nanosOfMilli) {
    if (!wanted[column]) {
      return;
    }
    if (schema.field(column).id() == schema.timeFieldId()) {
      set(column, Long.toString(millis * 1_000_000 + nanosOfMilli));
    } else if (schema.storage(column) == Storage.LONG) {
      set(column, Long.toString(millis));
    } else {
      set(column, millis + "." + nanosOfMilli);
    }
  }

  /** Does nothing: {@link #path} ends a row. */
  @Override
  public void endRow() {}

  @Override
  public void abandonRow() {
    Arrays.fill(values, null);
  }
}
