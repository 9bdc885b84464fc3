package io.varve.benchmarks;

/** The number of groups of a rollup and a sum over them in any order. Confined. */
public final class GroupsChecksum {

  private long groups;
  private long sum;

  /** Creates the checksum of no groups. */
  public GroupsChecksum() {}

  /**
   * Adds a group.
   *
   * @param group see {@link #group}
   */
  public void add(long group, long rows, long cost, long inputTokens, long outputTokens) {
    groups++;
    sum += mix(group, rows, cost, inputTokens, outputTokens);
  }

  /** Returns what a group adds to the sum. */
  public static long mix(long group, long rows, long cost, long inputTokens, long outputTokens) {
    long values = rows + 3 * cost + 5 * inputTokens + 7 * outputTokens;
    long mixed = (group ^ (values * 0x9e3779b97f4a7c15L)) * 0xbf58476d1ce4e5b9L;
    return mixed ^ (mixed >>> 31);
  }

  /** Returns one number for a day, a user's number and a key's number. */
  public static long group(long day, int user, int key) {
    return (day << 40) | ((long) user << 20) | key;
  }

  /** Returns the number at the end of a name such as {@code user-00042}. */
  public static int number(CharSequence name) {
    int number = 0;
    for (int i = name.length() - 1, digit = 1; name.charAt(i) != '-'; i--, digit *= 10) {
      number += (name.charAt(i) - '0') * digit;
    }
    return number;
  }

  /** Returns number of groups and sum as text, the same for the same groups. */
  @Override
  public String toString() {
    return groups + " groups, " + Long.toHexString(sum);
  }
}
