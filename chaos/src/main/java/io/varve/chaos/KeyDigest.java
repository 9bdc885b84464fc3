package io.varve.chaos;

import java.util.Map;

/**
 * What some rows of one key come to: equal ones hold the same rows, in any order, whoever counted.
 * Immutable.
 *
 * @param rows how many
 * @param sum of their digests
 */
record KeyDigest(long rows, long sum) {

  static final KeyDigest NONE = new KeyDigest(0, 0);

  KeyDigest plus(KeyDigest other) {
    return new KeyDigest(rows + other.rows, sum + other.sum);
  }

  static void add(Map<Long, KeyDigest> digests, long key, KeyDigest more) {
    digests.merge(key, more, KeyDigest::plus);
  }
}
