package io.varve.encoding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The hash of a value that is on disk in indexes: XXH64 with seed 0, as in the xxHash specification
 * by Yann Collet, of the bytes of a text, or of the eight bytes of an integer, lowest first.
 * Stateless.
 */
public final class ValueHash {

  private static final long PRIME_1 = 0x9E3779B185EBCA87L;
  private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long PRIME_3 = 0x165667B19E3779F9L;
  private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
  private static final long PRIME_5 = 0x27D4EB2F165667C5L;
  private static final long PRIME_1_PLUS_2 = 0x60EA27EEADC0B5D6L;
  private static final int STRIPE_BYTES = 32;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private ValueHash() {}

  /** Returns the hash of an integer. */
  public static long of(long value) {
    return finish(round(PRIME_5 + Long.BYTES, value));
  }

  /** Returns the hash of all bytes of an array. */
  public static long of(byte[] bytes) {
    return of(bytes, 0, bytes.length);
  }

  /** Returns the hash of bytes from {@code from} up to {@code to}. */
  public static long of(byte[] bytes, int from, int to) {
    int at = from;
    long hash = PRIME_5;
    if (to - from >= STRIPE_BYTES) {
      int end = to - (to - from) % STRIPE_BYTES;
      hash = stripes(bytes, from, end);
      at = end;
    }
    hash += to - from;
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      hash = round(hash, (long) LONG.get(bytes, at));
    }
    if (at + Integer.BYTES <= to) {
      hash ^= ((int) INT.get(bytes, at) & 0xffff_ffffL) * PRIME_1;
      hash = Long.rotateLeft(hash, 23) * PRIME_2 + PRIME_3;
      at += Integer.BYTES;
    }
    for (; at < to; at++) {
      hash = Long.rotateLeft(hash ^ (bytes[at] & 0xff) * PRIME_5, 11) * PRIME_1;
    }
    return finish(hash);
  }

  private static long stripes(byte[] bytes, int from, int end) {
    long first = PRIME_1_PLUS_2;
    long second = PRIME_2;
    long third = 0;
    long fourth = -PRIME_1;
    for (int at = from; at < end; at += STRIPE_BYTES) {
      first = lane(first, (long) LONG.get(bytes, at));
      second = lane(second, (long) LONG.get(bytes, at + 8));
      third = lane(third, (long) LONG.get(bytes, at + 16));
      fourth = lane(fourth, (long) LONG.get(bytes, at + 24));
    }
    long hash =
        Long.rotateLeft(first, 1)
            + Long.rotateLeft(second, 7)
            + Long.rotateLeft(third, 12)
            + Long.rotateLeft(fourth, 18);
    hash = (hash ^ lane(0, first)) * PRIME_1 + PRIME_4;
    hash = (hash ^ lane(0, second)) * PRIME_1 + PRIME_4;
    hash = (hash ^ lane(0, third)) * PRIME_1 + PRIME_4;
    return (hash ^ lane(0, fourth)) * PRIME_1 + PRIME_4;
  }

  private static long lane(long accumulator, long word) {
    return Long.rotateLeft(accumulator + word * PRIME_2, 31) * PRIME_1;
  }

  private static long round(long hash, long word) {
    return Long.rotateLeft(hash ^ lane(0, word), 27) * PRIME_1 + PRIME_4;
  }

  private static long finish(long hash) {
    long mixed = (hash ^ (hash >>> 33)) * PRIME_2;
    mixed = (mixed ^ (mixed >>> 29)) * PRIME_3;
    return mixed ^ (mixed >>> 32);
  }
}
