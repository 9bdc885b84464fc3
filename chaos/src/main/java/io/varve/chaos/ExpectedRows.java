package io.varve.chaos;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What a table should show, by the ledger alone. Confined to one thread. */
final class ExpectedRows {

  private final Ledger ledger;
  private final Map<Beginning, NavigableMap<Long, Long>> sums = new HashMap<>();

  ExpectedRows(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Where a stretch begins: what is summed up from there is needed at every later checkpoint. */
  private record Beginning(long key, long attempt, long from) {}

  /** Returns what was emitted up to a checkpoint, by key; keys without rows are left out. */
  Map<Long, KeyDigest> at(String submission, long checkpoint) throws IOException {
    Map<Long, KeyDigest> expected = new TreeMap<>();
    for (KeyHistory history : ledger.read(submission, checkpoint).values()) {
      for (Stretch stretch : history.stretches()) {
        KeyDigest digest = new KeyDigest(stretch.rows(), sum(history.key(), stretch));
        KeyDigest.add(expected, history.key(), digest);
      }
    }
    return expected;
  }

  private long sum(long key, Stretch stretch) {
    Beginning beginning = new Beginning(key, stretch.attempt(), stretch.from());
    NavigableMap<Long, Long> known = sums.computeIfAbsent(beginning, none -> new TreeMap<>());
    Map.Entry<Long, Long> before = known.floorEntry(stretch.to());
    long at = before == null ? stretch.from() : before.getKey();
    long sum = before == null ? 0 : before.getValue();
    for (; at < stretch.to(); at++) {
      sum += ChaosRow.of(key, at, stretch.attempt()).digest();
    }
    known.put(at, sum);
    return sum;
  }
}
