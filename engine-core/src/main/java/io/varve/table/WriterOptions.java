package io.varve.table;

import io.varve.query.SealOptions;
import java.io.Serializable;

/**
 * How a table's writers buffer and seal. Immutable.
 *
 * @param targetRows rows after which a partition's tail becomes a segment
 * @param targetBytes bytes of unsealed rows in memory after which it does
 * @param targetAgeMillis age of the oldest unsealed row at which a barrier seals; an idle
 *     partition's rows are sealed too
 * @param bufferBytes bytes of memory that one writer takes for rows, in buffers and while it seals;
 *     over it rows are spilled to tails
 * @param minRowsPerGroup a projection is stored in a segment if it has at most one group for so
 *     many rows
 */
public record WriterOptions(
    int targetRows, long targetBytes, long targetAgeMillis, long bufferBytes, int minRowsPerGroup)
    implements Serializable {

  /** The default number of rows of a segment. */
  public static final int DEFAULT_TARGET_ROWS = 1 << 20;

  /** The default number of bytes of a segment's rows in memory: 64 MiB. */
  public static final long DEFAULT_TARGET_BYTES = 64L << 20;

  /** The default age of unsealed rows: ten minutes. */
  public static final long DEFAULT_TARGET_AGE_MILLIS = 600_000;

  /** The default size of a writer's buffer: 256 MiB. */
  public static final long DEFAULT_BUFFER_BYTES = 256L << 20;

  /** The defaults. */
  public static final WriterOptions DEFAULTS =
      new WriterOptions(
          DEFAULT_TARGET_ROWS,
          DEFAULT_TARGET_BYTES,
          DEFAULT_TARGET_AGE_MILLIS,
          DEFAULT_BUFFER_BYTES,
          SealOptions.DEFAULT_MIN_ROWS_PER_GROUP);

  /** The most rows of a segment that writers aim at. */
  public static final int MAX_TARGET_ROWS = 1 << 26;

  /** The most bytes of a segment's rows in memory that writers aim at: 512 MiB. */
  public static final long MAX_TARGET_BYTES = 512L << 20;

  /** Checks that every number is positive, and that a segment's rows fit into arrays. */
  public WriterOptions {
    if (targetRows < 1 || targetRows > MAX_TARGET_ROWS) {
      throw new IllegalArgumentException(
          "segment.target-rows must be 1 to " + MAX_TARGET_ROWS + ", is " + targetRows);
    }
    if (targetBytes > MAX_TARGET_BYTES) {
      throw new IllegalArgumentException(
          "segment.target-bytes must be at most " + MAX_TARGET_BYTES + ", is " + targetBytes);
    }
    if (minRowsPerGroup < 1) {
      throw new IllegalArgumentException(
          "projection.min-rows-per-group must be positive, is " + minRowsPerGroup);
    }
    if (targetBytes < 1 || targetAgeMillis < 1 || bufferBytes < 1) {
      throw new IllegalArgumentException(
          "sizes and ages must be positive: "
              + targetBytes
              + " bytes, "
              + targetAgeMillis
              + " ms, "
              + bufferBytes
              + " bytes of buffer");
    }
  }

  /**
   * Returns the bytes of unsealed rows after which a partition's tail becomes a segment: the
   * target, but at most three eighths of the buffer, since sealing takes these rows in memory and
   * half as much again.
   */
  public long segmentBytes() {
    return Math.min(targetBytes, Math.max(1, bufferBytes / 8 * 3));
  }

  /** Returns the same with another number of rows of a segment. */
  public WriterOptions withTargetRows(int rows) {
    return new WriterOptions(rows, targetBytes, targetAgeMillis, bufferBytes, minRowsPerGroup);
  }

  /** Returns the same with another number of bytes of a segment's rows. */
  public WriterOptions withTargetBytes(long bytes) {
    return new WriterOptions(targetRows, bytes, targetAgeMillis, bufferBytes, minRowsPerGroup);
  }

  /** Returns the same with another age of unsealed rows. */
  public WriterOptions withTargetAgeMillis(long millis) {
    return new WriterOptions(targetRows, targetBytes, millis, bufferBytes, minRowsPerGroup);
  }

  /** Returns the same with another size of the buffer. */
  public WriterOptions withBufferBytes(long bytes) {
    return new WriterOptions(targetRows, targetBytes, targetAgeMillis, bytes, minRowsPerGroup);
  }

  /** Returns the same with another number of rows that a group of a projection is worth. */
  public WriterOptions withMinRowsPerGroup(int rows) {
    return new WriterOptions(targetRows, targetBytes, targetAgeMillis, bufferBytes, rows);
  }
}
