package io.varve.io;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Compares short ranges of bytes, word by word: sooner done than the JDK is ready to begin. */
public final class ByteRanges {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private ByteRanges() {}

  /** Returns whether as many bytes of two arrays are the same. */
  public static boolean equal(byte[] left, int leftFrom, byte[] right, int rightFrom, int length) {
    if (length >= Long.BYTES) {
      int last = length - Long.BYTES;
      for (int i = 0; i < last; i += Long.BYTES) {
        if ((long) LONG.get(left, leftFrom + i) != (long) LONG.get(right, rightFrom + i)) {
          return false;
        }
      }
      return (long) LONG.get(left, leftFrom + last) == (long) LONG.get(right, rightFrom + last);
    }
    if (length >= Integer.BYTES) {
      int last = length - Integer.BYTES;
      return (int) INT.get(left, leftFrom) == (int) INT.get(right, rightFrom)
          && (int) INT.get(left, leftFrom + last) == (int) INT.get(right, rightFrom + last);
    }
    for (int i = 0; i < length; i++) {
      if (left[leftFrom + i] != right[rightFrom + i]) {
        return false;
      }
    }
    return true;
  }
}
