package io.varve.column;

/** How arrays that collect rows grow: fast while they are small, with little to spare later. */
final class Growth {

  private static final int LARGE = 1 << 17;

  private Growth() {}

  /** Returns the length of an array that takes the place of one that is too short. */
  static int length(int current, int needed) {
    long grown = current < LARGE ? current * 2L : current + (current >> 1);
    return (int) Math.max(needed, Math.min(grown, 1 << 30));
  }
}
