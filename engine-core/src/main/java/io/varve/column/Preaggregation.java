package io.varve.column;

import java.io.IOException;

/**
 * Rows that stand for groups of the rows of a {@link BlockSource}: one for each combination of some
 * keys, with what the rows of the group add up to. Each row of the source is in exactly one group.
 * Confined to one thread.
 */
public interface Preaggregation {

  /** Returns the name, for statistics and messages. */
  String name();

  /** Returns the span of the time column that is a key, such as {@code day}; empty if none is. */
  String timeBucket();

  /** Returns the zone that spans of time are cut in. */
  String timeZone();

  /** Returns the number of groups. */
  int groupCount();

  /** Returns the number of blocks of at most {@link BlockSource#MAX_BLOCK_ROWS} groups. */
  default int blockCount() {
    return (groupCount() + BlockSource.MAX_BLOCK_ROWS - 1) / BlockSource.MAX_BLOCK_ROWS;
  }

  /** Returns whether there is a column. */
  boolean has(Role role, int fieldId);

  /** Returns what is known of a column over a block of groups. */
  ZoneMap zoneMap(int block, Role role, int fieldId) throws IOException;

  /**
   * Reads a column of a block of groups.
   *
   * @return valid until the next call for the same column
   * @throws io.varve.io.CorruptFileException if the bytes are damaged
   */
  Column read(int block, Role role, int fieldId) throws IOException;

  /**
   * Finds the groups of a block that have a value as a key of bytes, and decodes no others' keys.
   *
   * @param bits gets one bit for each group, lowest first, all others cleared
   * @return false if reading the column is the better way; the bits then mean nothing
   * @throws io.varve.io.CorruptFileException if the bytes are damaged
   */
  default boolean find(int block, int keyFieldId, byte[] value, long[] bits) throws IOException {
    return false;
  }

  /**
   * Reads a column of a few groups of a block, each for itself if that is the better way.
   *
   * @param rows the groups, by their index in the block
   * @param count how many of them
   * @return valid until the next call for the same column
   * @throws io.varve.io.CorruptFileException if the bytes are damaged
   */
  default Column readFew(int block, Role role, int fieldId, int[] rows, int count)
      throws IOException {
    Column all = read(block, role, fieldId);
    Column few = all.newEmpty();
    for (int n = 0; n < count; n++) {
      few.appendFrom(all, rows[n]);
    }
    return few;
  }

  /** What a column says of the groups. The numbers are on disk and never change. */
  enum Role {
    /** A key: values of a column, or of the time column the first nanosecond of the span. */
    KEY(1),
    /** The number of rows, of no column; field id 0. */
    ROWS(2),
    /** How many values of a column are not null. */
    COUNT(3),
    /** The sum of the values of a column: as pair of 128 bits, double, or bytes of any length. */
    SUM(4),
    /** What the sum of doubles lacks. */
    SUM_LOW(5),
    /** The least value of a column. */
    MIN(6),
    /** The greatest value of a column. */
    MAX(7);

    private static final Role[] VALUES = values();

    private final int number;

    Role(int number) {
      this.number = number;
    }

    /** Returns the number on disk, 1 to 255. */
    public int number() {
      return number;
    }

    /** Returns whether there is a role with this number. */
    public static boolean isKnown(int number) {
      return number >= 1 && number <= VALUES.length;
    }

    /** Returns the role with a known number. */
    public static Role ofNumber(int number) {
      return VALUES[number - 1];
    }
  }
}
