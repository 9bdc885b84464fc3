package io.varve.encoding;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An alphabet of 16, 32 or 64 digits that ids are written in. The numbers are on disk and never
 * change.
 */
enum Digits {
  /** Hexadecimal, as of UUIDs. */
  LOWER_HEX(1, "0123456789abcdef"),
  /** Hexadecimal in capitals. */
  UPPER_HEX(2, "0123456789ABCDEF"),
  /** Base 32 of Crockford, as of ULIDs. */
  UPPER_BASE32(3, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"),
  /** The same in small letters. */
  LOWER_BASE32(4, "0123456789abcdefghjkmnpqrstvwxyz"),
  /** Base 64 for addresses, of RFC 4648, and what is part of it: base 62, base 58, base 36. */
  BASE64(5, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

  private static final Digits[] VALUES = values();

  /** The alphabets that a byte belongs to: a bit for each ordinal. */
  private static final byte[] MEMBERS = members();

  private final int number;
  private final int bits;
  private final byte[] symbols;
  private final byte[] values = new byte[256];

  Digits(int number, String symbols) {
    this.number = number;
    this.bits = Integer.numberOfTrailingZeros(symbols.length());
    this.symbols = symbols.getBytes(StandardCharsets.US_ASCII);
    Arrays.fill(values, (byte) -1);
    for (int i = 0; i < this.symbols.length; i++) {
      values[this.symbols[i]] = (byte) i;
    }
  }

  private static byte[] members() {
    byte[] members = new byte[256];
    for (Digits digits : VALUES) {
      for (byte symbol : digits.symbols) {
        members[symbol] |= (byte) (1 << digits.ordinal());
      }
    }
    return members;
  }

  /** Returns the alphabets that all bytes of a range belong to, of those given: a bit for each. */
  static int common(int alphabets, byte[] bytes, int from, int to) {
    int common = alphabets;
    for (int at = from; at < to; at++) {
      common &= MEMBERS[bytes[at] & 0xff];
    }
    return common;
  }

  /** Returns every alphabet as a set of bits. */
  static int every() {
    return (1 << VALUES.length) - 1;
  }

  /** Returns the smallest alphabet of a set that is not empty. */
  static Digits smallest(int alphabets) {
    return VALUES[Integer.numberOfTrailingZeros(alphabets)];
  }

  static boolean isKnown(int number) {
    return number >= 1 && number <= VALUES.length;
  }

  static Digits ofNumber(int number) {
    return VALUES[number - 1];
  }

  int number() {
    return number;
  }

  /** Returns the bits of a digit. */
  int bits() {
    return bits;
  }

  /** Returns the most digits of one integer. */
  int maxDigits() {
    return 60 / bits;
  }

  /** Reads digits, all of the alphabet, as an integer. */
  long parse(byte[] bytes, int from, int count) {
    long value = 0;
    for (int at = from; at < from + count; at++) {
      value = value << bits | values[bytes[at] & 0xff];
    }
    return value;
  }

  /** Returns whether all bytes are digits of this alphabet. */
  boolean isAll(byte[] bytes) {
    return (common(1 << ordinal(), bytes, 0, bytes.length)) != 0;
  }

  /** Writes the lowest digits of an integer. */
  void write(long value, int count, byte[] bytes, int from) {
    long rest = value;
    int mask = symbols.length - 1;
    for (int at = from + count - 1; at >= from; at--) {
      bytes[at] = symbols[(int) rest & mask];
      rest >>>= bits;
    }
  }
}
