package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of the oracle that knows which rows of a branch are hidden, one for one: by deletes of
 * what was visible, which hold after a rewind too, and by truncations, which it undoes.
 */
final class HiddenRows {

  private final Map<Long, List<Integer>> hidden = new HashMap<>();
  private final Map<Long, List<Integer>> visible = new HashMap<>();
  private final List<Filtered> filters = new ArrayList<>();

  /** Rows that a delete by filter may hold for: never shown before, of an attempt of before it. */
  private final List<Integer> doubtful = new ArrayList<>();

  HiddenRows() {
    hidden.put(0L, List.of());
    visible.put(0L, List.of());
  }

  /** A delete by filter and the commits that repeat rows that it deleted. */
  private static final class Filtered {
    final String condition;
    final long record;
    final long epoch;
    Tombstone.@Nullable Replays replays;

    Filtered(String condition, long record, long epoch) {
      this.condition = condition;
      this.record = record;
      this.epoch = epoch;
    }
  }

  /** Rows that a commit brings. */
  record Brought(String lineage, long epoch, long checkpoint, List<Integer> rows) {}

  /**
   * Works out what a record hides.
   *
   * @param before the record before, null for the first
   * @param brought what it commits, in order
   * @param changes its changes beside those
   * @param truncated the directories whose visible rows it is to take away
   */
  void note(
      CommitRecord record,
      @Nullable CommitRecord before,
      List<Brought> brought,
      List<Change> changes,
      Set<String> truncated) {
    List<Integer> rows = new ArrayList<>(requireNonNull(hidden.get(record.base())));
    if (before != null && record.base() != before.number()) {
      goBack(record.base(), before, rows);
    }
    List<Integer> shown = requireNonNull(visible.get(record.base()));
    for (Change change : changes) {
      if (change instanceof Change.Delete delete && !delete.tombstone().lasting()) {
        Tombstone tombstone = delete.tombstone();
        if (!Truncation.is(tombstone)) {
          hide(shown, tombstone.condition(), tombstone.partition(), rows);
          filters.add(new Filtered(tombstone.condition(), record.number(), record.reign().epoch()));
        }
      }
    }
    for (String directory : truncated) {
      hide(shown, Truncation.EVERYTHING, directory, rows);
    }
    doubtful.clear();
    for (Brought commit : brought) {
      repeat(commit, rows);
    }
    hidden.put(record.number(), rows);
  }

  /** What deletes since hide of an older record, they hide after a rewind to it. */
  private void goBack(long base, CommitRecord before, List<Integer> rows) {
    Tombstone.Replays abandoned =
        new Tombstone.Replays(before.reign().lineage(), before.progress().checkpoint());
    List<Integer> left = new ArrayList<>(requireNonNull(visible.get(base)));
    for (Filtered filter : filters) {
      if (filter.record > base) {
        for (Integer row : List.copyOf(left)) {
          if (Copies.meets(filter.condition, row)) {
            rows.add(row);
            left.remove(row);
          }
        }
        Tombstone.Replays old = filter.replays;
        boolean farther =
            old != null
                && old.lineage().equals(abandoned.lineage())
                && old.checkpoint() > abandoned.checkpoint();
        filter.replays = farther ? old : abandoned;
      }
    }
  }

  private static void hide(
      List<Integer> shown, String condition, @Nullable String only, List<Integer> rows) {
    for (int row : shown) {
      if (Copies.meets(condition, row)
          && (only == null || Truncation.isWithin(Copies.partitionOf(row), only))) {
        rows.add(row);
      }
    }
  }

  private void repeat(Brought commit, List<Integer> rows) {
    List<Integer> left = new ArrayList<>(commit.rows);
    for (Filtered filter : filters) {
      for (int row : commit.epoch < filter.epoch ? left : List.<Integer>of()) {
        if (Copies.meets(filter.condition, row)) {
          doubtful.add(row);
        }
      }
      Tombstone.Replays replays = filter.replays;
      if (replays == null || !replays.lineage().equals(commit.lineage)) {
        continue;
      }
      if (commit.checkpoint > replays.checkpoint()) {
        filter.replays = null;
        continue;
      }
      for (Integer row : List.copyOf(left)) {
        if (Copies.meets(filter.condition, row)) {
          rows.add(row);
          left.remove(row);
        }
      }
    }
  }

  /** Takes the hidden rows of a record away, each once, and remembers what is left. */
  void applyTo(CommitRecord record, List<Integer> wanted, List<Integer> found) {
    List<Integer> rows = requireNonNull(hidden.get(record.number()));
    rows.forEach(wanted::remove);
    for (Integer row : doubtful) {
      if (Collections.frequency(wanted, row) > Collections.frequency(found, row)) {
        wanted.remove(row);
        rows.add(row);
      }
    }
    visible.put(record.number(), List.copyOf(wanted));
  }
}
