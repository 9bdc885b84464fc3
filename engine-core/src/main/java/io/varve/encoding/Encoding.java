package io.varve.encoding;

import io.varve.schema.Storage;
import java.util.Locale;

/**
 * How the values of a block are written. The numbers are on disk and never change; docs/format.md
 * gives the bytes of each.
 */
public enum Encoding {
  /** No row has a value; nothing follows. */
  ALL_NULL(0),
  /** Every row has the same value. */
  CONSTANT(1),
  /** Integers: differences to the least one, bit-packed in lanes. */
  PACKED(2),
  /** Integers: differences to the least one in 1, 2, 4 or 8 bytes; for few rows. */
  FIXED(3),
  /** Integers: differences between neighbours. */
  DELTA(4),
  /** Doubles as they are. */
  RAW_DOUBLE(5),
  /** Doubles that are exact in 32 bits. */
  RAW_FLOAT(6),
  /** Doubles as whole numbers times powers of ten, and those that are none as they are. */
  ALP(7),
  /** Bytes: lengths, then all values one after the other. */
  RAW_BINARY(8),
  /** Bytes: lengths, then pages of values compressed with zstd. */
  ZSTD_BINARY(9),
  /** Bytes: the distinct values of the block, then the index of each row's value. */
  LOCAL_DICTIONARY(10),
  /** Bytes: indexes into the dictionary of the column in the segment. */
  CODES(11),
  /** Pairs: the first parts, then the second parts. */
  PAIR(12),
  /** Integers: as packed, in fewer bits than the greatest need, which are put right afterwards. */
  PATCHED(13),
  /** Integers: multiples of a divisor above the least one, as integers again. */
  MULTIPLES(14),
  /** Bytes: digits of 4, 5 or 6 bits, as many in every value, such as ids. */
  DIGITS(15),
  /** Bytes: what all values have in common once, and each place that differs as a block. */
  TEMPLATE(16),
  /** Integers: runs of equal ones, each by its end and its value. */
  RUNS(17);

  private static final Encoding[] BY_NUMBER = values();

  private final int number;

  Encoding(int number) {
    this.number = number;
  }

  /** Returns the number on disk, 0 to 255. */
  public int number() {
    return number;
  }

  /** Returns the name that docs/format.md gives it, such as {@code raw double}. */
  public String text() {
    return this == ALP ? name() : name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Returns whether a block of a storage can be encoded so. */
  boolean suits(Storage storage) {
    return switch (this) {
      case ALL_NULL, CONSTANT -> true;
      case PACKED, FIXED, DELTA, PATCHED, MULTIPLES, RUNS -> storage == Storage.LONG;
      case RAW_DOUBLE, RAW_FLOAT, ALP -> storage == Storage.DOUBLE;
      case RAW_BINARY, ZSTD_BINARY, LOCAL_DICTIONARY, CODES, DIGITS, TEMPLATE ->
          storage == Storage.BINARY;
      case PAIR -> storage == Storage.PAIR;
    };
  }

  /** Returns whether there is an encoding with this number. */
  static boolean isKnown(int number) {
    return number < BY_NUMBER.length;
  }

  /** Returns the encoding with a known number. */
  static Encoding ofNumber(int number) {
    return BY_NUMBER[number];
  }
}
