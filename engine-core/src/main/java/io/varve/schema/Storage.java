package io.varve.schema;

/**
 * How the values of a column are held in memory and in blocks. The numbers are on disk and never
 * change.
 */
public enum Storage {
  /**
   * One int64 for each value: booleans as 0 and 1, integers, decimals of up to 18 digits unscaled,
   * dates in days, times of day in nanoseconds, timestamps of up to three digits in milliseconds,
   * and the time column in nanoseconds.
   */
  LONG(1),
  /** One double for each value; a FLOAT is widened, which is exact. */
  DOUBLE(2),
  /** A run of bytes for each value: text in UTF-8 or bytes. */
  BINARY(3),
  /**
   * Two int64 for each value, ordered by the first and then by the second as unsigned number: the
   * high and low half of a decimal of more than 18 digits, or the milliseconds and the nanoseconds
   * within the millisecond of a finer timestamp.
   */
  PAIR(4);

  private final int number;

  Storage(int number) {
    this.number = number;
  }

  /** Returns the number on disk, 1 to 255. */
  public int number() {
    return number;
  }

  /**
   * Returns the storage with a number on disk.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Storage ofNumber(int number) {
    for (Storage storage : values()) {
      if (storage.number == number) {
        return storage;
      }
    }
    throw new IllegalArgumentException("no storage has number " + number);
  }
}
