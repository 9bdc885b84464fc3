package io.varve.benchmarks;

/**
 * Takes the values of a row one after the other.
 *
 * @param <E> what taking them may throw
 */
public interface UsageValues<E extends Exception> {

  /** Takes a text. */
  void text(String value) throws E;

  /** Takes an integer, or a time in nanoseconds since 1970. */
  void number(long value) throws E;
}
