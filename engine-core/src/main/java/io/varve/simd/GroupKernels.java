package io.varve.simd;

/**
 * What is added up in arrays that have a place for each group. Values and groups are those of rows
 * in their order; groups are indexes of the arrays.
 */
interface GroupKernels {

  /** Adds each value to the sum of its group; sums wrap around at 64 bits. */
  void addToGroups(long[] values, int[] groups, int count, long[] sums);

  /**
   * Adds each value to the sum of its group, of 128 bits.
   *
   * @param low the lower halves
   * @param high the upper halves, with the sign
   */
  void addToGroups(long[] values, int[] groups, int count, long[] low, long[] high);

  /**
   * Adds numbers to the sum of one group, and to what the sum lacks the error of each addition,
   * which is computed exactly (D. E. Knuth's TwoSum). One number after the other: the order shows.
   *
   * @param high the sums
   * @param low what the sums lack; means nothing once a sum is not finite
   */
  void addToGroup(double[] values, int count, int group, double[] high, double[] low);

  /** Adds the numbers whose bit is set, in the same way. */
  void addToGroup(
      double[] values, int count, long[] bitmap, int group, double[] high, double[] low);

  /** Adds 1 to the count of the group of each row. */
  void countGroups(int[] groups, int count, long[] counts);

  /** Adds 1 to the count of the group of each row whose bit is set. */
  void countGroups(int[] groups, int count, long[] bitmap, long[] counts);
}
