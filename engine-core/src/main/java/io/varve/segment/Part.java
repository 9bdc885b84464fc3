package io.varve.segment;

/**
 * What a column may have beside its blocks and their index. The numbers are on disk and never
 * change; docs/format.md gives the bytes of each.
 */
public enum Part {
  /** The distinct values in order. */
  DICTIONARY(1),
  /** For each value of the dictionary the blocks that hold it. */
  LISTS(2),
  /** For each value of the dictionary the number of its rows. */
  COUNTS(3),
  /** Whether a value is nowhere. */
  BLOOM(4),
  /** From the hash of a value to blocks, where there is no dictionary. */
  VALUE_INDEX(5);

  private static final Part[] VALUES = values();

  private final int number;

  Part(int number) {
    this.number = number;
  }

  /** Returns the number on disk, 1 to 255. */
  int number() {
    return number;
  }

  /** Returns whether there is a part with this number. */
  static boolean isKnown(int number) {
    return number >= 1 && number <= VALUES.length;
  }

  /** Returns the part with a known number. */
  static Part ofNumber(int number) {
    return VALUES[number - 1];
  }
}
