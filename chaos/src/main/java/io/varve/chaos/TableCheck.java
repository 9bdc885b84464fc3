package io.varve.chaos;

import io.varve.table.FileCommitLog;
import io.varve.table.ScanUnit;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import io.varve.table.protocol.CommitRecord;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares what a table shows at each of its commits with the ledger. Confined to one thread. */
final class TableCheck {

  private static final Pattern JOB = Pattern.compile("'([^']*)'");
  private static final int MOST_KEYS_TOLD = 5;

  private final TableDirectory table;
  private final Ledger ledger;
  private final StoredRows stored;
  private final ExpectedRows expected;

  /** Creates a check that has read nothing yet. */
  TableCheck(TableDirectory table, Ledger ledger) {
    this.table = table;
    this.ledger = ledger;
    this.stored = new StoredRows(table);
    this.expected = new ExpectedRows(ledger);
  }

  /**
   * Checks one commit.
   *
   * @return the number of rows it shows
   * @throws DifferenceException if a key has other rows than the ledger
   */
  long check(long number) throws IOException, DifferenceException {
    TableSnapshot snapshot = TableSnapshot.at(table, number);
    CommitRecord record = snapshot.record().orElseThrow();
    String submission = submission(record);
    long checkpoint = record.progress().checkpoint();
    Map<Long, KeyDigest> shown = new TreeMap<>();
    for (ScanUnit unit : snapshot.units()) {
      stored.digests(unit).forEach((key, digest) -> KeyDigest.add(shown, key, digest));
    }
    Map<Long, KeyDigest> wanted = expected.at(submission, checkpoint);
    if (!shown.equals(wanted)) {
      throw new DifferenceException(
          "commit "
              + number
              + " ("
              + record.body().getClass().getSimpleName()
              + ", "
              + record.author().why()
              + ", "
              + submission
              + ", checkpoint "
              + checkpoint
              + ") shows "
              + total(shown)
              + " rows, the ledger has "
              + total(wanted)
              + differences(snapshot, shown, wanted, ledger.read(submission, checkpoint)));
    }
    return total(shown);
  }

  /** Returns the submission whose job reigned at a record: the name of the job that opened it. */
  static String submission(CommitRecord record) {
    Matcher job = JOB.matcher(record.reign().openedBy());
    return job.find() ? job.group(1) : "";
  }

  private static long total(Map<Long, KeyDigest> digests) {
    return digests.values().stream().mapToLong(KeyDigest::rows).sum();
  }

  private String differences(
      TableSnapshot snapshot,
      Map<Long, KeyDigest> shown,
      Map<Long, KeyDigest> wanted,
      Map<Long, KeyHistory> histories)
      throws IOException {
    TreeSet<Long> keys = new TreeSet<>(shown.keySet());
    keys.addAll(wanted.keySet());
    keys.removeIf(key -> digest(shown, key).equals(digest(wanted, key)));
    StringBuilder text = new StringBuilder("; " + keys.size() + " keys differ:");
    keys.stream()
        .limit(MOST_KEYS_TOLD)
        .forEach(
            key ->
                text.append("\n  key ")
                    .append(key)
                    .append(": ")
                    .append(digest(shown, key).rows())
                    .append(" rows, the ledger has ")
                    .append(digest(wanted, key).rows())
                    .append(" (")
                    .append(histories.getOrDefault(key, KeyHistory.empty(key)))
                    .append(')'));
    if (!keys.isEmpty()) {
      text.append(
          rows(snapshot, histories.getOrDefault(keys.first(), KeyHistory.empty(keys.first()))));
    }
    return text.toString();
  }

  private static KeyDigest digest(Map<Long, KeyDigest> digests, long key) {
    return digests.getOrDefault(key, KeyDigest.NONE);
  }

  /** One row, but for its content. */
  private record RowId(long sequence, long attempt) implements Comparable<RowId> {
    @Override
    public int compareTo(RowId other) {
      return sequence == other.sequence
          ? Long.compare(attempt, other.attempt)
          : Long.compare(sequence, other.sequence);
    }

    @Override
    public String toString() {
      return sequence + " of attempt " + Long.toHexString(attempt);
    }
  }

  /** Says of one key which rows are too many, which are missing and which have other values. */
  private String rows(TableSnapshot snapshot, KeyHistory history) throws IOException {
    Map<RowId, Integer> surplus = new TreeMap<>();
    Map<RowId, String> damaged = new TreeMap<>();
    Map<RowId, String> files = new HashMap<>();
    for (ScanUnit unit : snapshot.units()) {
      stored.visit(
          unit,
          (key, sequence, attempt, digest) -> {
            if (key == history.key()) {
              RowId row = new RowId(sequence, attempt);
              surplus.merge(row, 1, Integer::sum);
              files.merge(row, unit.file(), (one, other) -> one + " and " + other);
              if (digest != ChaosRow.of(key, sequence, attempt).digest()) {
                damaged.put(row, unit.file());
              }
            }
          });
    }
    for (Stretch stretch : history.stretches()) {
      for (long sequence = stretch.from(); sequence < stretch.to(); sequence++) {
        surplus.merge(new RowId(sequence, stretch.attempt()), -1, Integer::sum);
      }
    }
    surplus.values().removeIf(count -> count == 0);
    StringBuilder text = new StringBuilder("\n  of key " + history.key() + ":");
    surplus.entrySet().stream()
        .limit(MOST_KEYS_TOLD)
        .forEach(
            entry ->
                text.append("\n    ")
                    .append(entry.getValue() < 0 ? "missing: " : "too many: ")
                    .append(entry.getKey())
                    .append(" in ")
                    .append(files.getOrDefault(entry.getKey(), "no file")));
    damaged.entrySet().stream()
        .limit(MOST_KEYS_TOLD)
        .forEach(
            entry ->
                text.append("\n    other values: ")
                    .append(entry.getKey())
                    .append(" in ")
                    .append(entry.getValue()));
    return text.append("\n    ").append(surplus.size()).append(" rows differ").toString();
  }

  /** Returns the newest commit of the table. */
  long newest() throws IOException {
    FileCommitLog log = new FileCommitLog(table.store());
    long newest = log.newest();
    while (log.read(newest + 1).isPresent()) {
      newest++;
    }
    return newest;
  }

  /** Returns the number of the last commit that is no longer kept. */
  long expired() throws IOException {
    return new FileCommitLog(table.store()).base();
  }
}
