package io.varve.column;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one column over some rows without reading them. Bounds and sums are those of the
 * values that are not null, and exact unless said otherwise. Immutable.
 */
public sealed interface ZoneMap
    permits ZoneMap.OfLong, ZoneMap.OfDouble, ZoneMap.OfBinary, ZoneMap.OfPair {

  /** Returns the number of rows. */
  long rows();

  /** Returns how many of the rows are null. */
  long nulls();

  /**
   * Integers.
   *
   * @param min the least value; meaningless if all are null
   * @param max the greatest value; meaningless if all are null
   */
  record OfLong(long rows, long nulls, long min, long max, Int128 sum) implements ZoneMap {}

  /**
   * Floating-point numbers. NaN is greater than every other value and equal to itself; -0.0 is less
   * than 0.0 (as {@link Double#compare}).
   *
   * @param sumHigh the sum in double-double arithmetic: its leading part
   * @param sumLow what the leading part lacks
   */
  record OfDouble(long rows, long nulls, double min, double max, double sumHigh, double sumLow)
      implements ZoneMap {}

  /**
   * Bytes, compared as unsigned numbers.
   *
   * @param min a lower bound: the least value or a prefix of it; null if all are null
   * @param max an upper bound: the greatest value, or something greater; null if there is none
   * @param exact whether the bounds are values that occur
   */
  @SuppressWarnings("ArrayRecordComponent") // written and read once, never compared
  record OfBinary(
      long rows, long nulls, byte @Nullable [] min, byte @Nullable [] max, boolean exact)
      implements ZoneMap {}

  /** Pairs, ordered as {@link io.varve.schema.Storage#PAIR} says. */
  record OfPair(long rows, long nulls, long minHigh, long minLow, long maxHigh, long maxLow)
      implements ZoneMap {}
}
