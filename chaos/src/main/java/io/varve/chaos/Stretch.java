package io.varve.chaos;

/**
 * Rows of one key that one attempt of the emitter emitted: the sequences {@code [from, to)}.
 * Immutable.
 *
 * @param attempt the attempt's random number
 * @param from the first sequence
 * @param to the sequence after the last
 */
record Stretch(long attempt, long from, long to) {

  Stretch {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("bad stretch [" + from + ", " + to + ")");
    }
  }

  long rows() {
    return to - from;
  }

  @Override
  public String toString() {
    return Long.toHexString(attempt) + ":" + from + ":" + to;
  }

  static Stretch parse(String text) {
    String[] parts = text.split(":", -1);
    return new Stretch(
        Long.parseUnsignedLong(parts[0], 16), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
  }
}
