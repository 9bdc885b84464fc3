package io.varve.io;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Compares, copies and hashes short ranges of bytes, word by word: sooner done than the JDK is
 * ready to begin. What is left at the end is read together with bytes before it. Stateless.
 */
public final class ByteRanges {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long FACTOR = 0x9E3779B97F4A7C15L;
  private static final long OTHER_FACTOR = 0xBF58476D1CE4E5B9L;

  private ByteRanges() {}

  /** Copies as many bytes of one array to another one. */
  public static void copy(byte[] from, int fromAt, byte[] to, int toAt, int length) {
    if (length > 2 * Long.BYTES) {
      System.arraycopy(from, fromAt, to, toAt, length);
    } else if (length >= Long.BYTES) {
      int last = length - Long.BYTES;
      LONG.set(to, toAt, (long) LONG.get(from, fromAt));
      LONG.set(to, toAt + last, (long) LONG.get(from, fromAt + last));
    } else if (length >= Integer.BYTES) {
      int last = length - Integer.BYTES;
      INT.set(to, toAt, (int) INT.get(from, fromAt));
      INT.set(to, toAt + last, (int) INT.get(from, fromAt + last));
    } else {
      for (int i = 0; i < length; i++) {
        to[toAt + i] = from[fromAt + i];
      }
    }
  }

  /** Returns a hash of as many bytes, of which all bits are good; for tables in memory only. */
  public static int hash(byte[] bytes, int from, int length) {
    long hash = length * FACTOR;
    for (int at = from; at < from + length - Long.BYTES; at += Long.BYTES) {
      hash = mix(hash ^ (long) LONG.get(bytes, at));
    }
    boolean isShort = length < Long.BYTES;
    return fold(mix(hash ^ (isShort ? first(bytes, from, length) : last(bytes, from, length))));
  }

  /** Returns a hash of two words, of which all bits are good; for tables in memory only. */
  public static int hash(long first, long last) {
    return fold(mix(mix(first * FACTOR) ^ last));
  }

  private static int fold(long hash) {
    return (int) (hash ^ hash >>> 32);
  }

  /** Returns the first eight bytes, or all if there are fewer. */
  public static long first(byte[] bytes, int from, int length) {
    if (length >= Long.BYTES) {
      return (long) LONG.get(bytes, from);
    }
    if (length >= Integer.BYTES) {
      long first = (int) INT.get(bytes, from) & 0xffff_ffffL;
      return first | (long) (int) INT.get(bytes, from + length - Integer.BYTES) << 32;
    }
    long all = 0;
    for (int i = 0; i < length; i++) {
      all = all << 8 | (bytes[from + i] & 0xff);
    }
    return all;
  }

  /** Returns the last eight bytes; zero if there are fewer. */
  public static long last(byte[] bytes, int from, int length) {
    return length >= Long.BYTES ? (long) LONG.get(bytes, from + length - Long.BYTES) : 0;
  }

  /** The best bits of a product are the upper ones, and tables are indexed by the lower ones. */
  private static long mix(long value) {
    return Long.reverseBytes(value * OTHER_FACTOR);
  }

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
