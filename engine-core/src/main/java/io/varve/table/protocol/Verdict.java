package io.varve.table.protocol;

import java.util.Set;

/**
 * What a participant concludes from the head it sees.
 *
 * @param <R> its result
 */
sealed interface Verdict<R> {

  /** There is nothing to create. */
  record Done<R>(R result) implements Verdict<R> {}

  /**
   * A record is to be created under the next number.
   *
   * @param next the record and the state after it
   * @param newFiles files that it names and no record named before: they must exist
   * @param result the result once it is created
   */
  record Create<R>(Head next, Set<String> newFiles, R result) implements Verdict<R> {}
}
