package io.varve.engine;

import io.varve.column.BinaryColumn;
import io.varve.column.Column;
import io.varve.column.LongColumn;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Hashes of ids in memory; never stored. Stateless. */
final class IdHash {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long FACTOR = 0x9e3779b97f4a7c15L;

  private IdHash() {}

  /** Returns the hash of a value that is not null. */
  static long of(Column ids, int row) {
    if (ids instanceof BinaryColumn values) {
      return of(values.bytes(), values.start(row), values.length(row));
    }
    return mix(((LongColumn) ids).get(row));
  }

  static long of(byte[] bytes, int offset, int length) {
    long hash = length * FACTOR;
    int at = offset;
    int end = offset + length;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      hash = Long.rotateLeft(hash ^ (long) LONG.get(bytes, at) * FACTOR, 29) * FACTOR;
    }
    long rest = 0;
    for (; at < end; at++) {
      rest = (rest << 8) | (bytes[at] & 0xff);
    }
    return mix(hash ^ rest * FACTOR);
  }

  static long mix(long value) {
    long hash = (value ^ value >>> 32) * FACTOR;
    hash = (hash ^ hash >>> 29) * FACTOR;
    return hash ^ hash >>> 32;
  }
}
