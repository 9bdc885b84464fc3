package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The part of the oracle that knows which rows of a branch are hidden, one for one: by deletes of
 * what was visible, which hold after a rewind too, and by truncations, which it undoes.
 */
final class HiddenRows {

  private final Map<Long, List<Integer>> hidden = new HashMap<>();
  private final Map<Long, List<Integer>> visible = new HashMap<>();
  private final List<Filtered> filters = new ArrayList<>();

  /** Per record the writers that have committed in the epoch that reigns there. */
  private final Map<Long, Set<String>> writers = new HashMap<>();

  HiddenRows() {
    hidden.put(0L, List.of());
    visible.put(0L, List.of());
    writers.put(0L, Set.of());
  }

  /** A delete by filter, the writers it tells layers of, and the commits that repeat its rows. */
  private static final class Filtered {
    final String condition;
    final long record;
    final long epoch;
    final Set<String> writers;
    Tombstone.@Nullable Replays replays;

    Filtered(String condition, long record, long epoch, Set<String> writers) {
      this.condition = condition;
      this.record = record;
      this.epoch = epoch;
      this.writers = new HashSet<>(writers);
    }

    /**
     * Whether it holds for rows that were never shown where it was made: a savepoint had them
     * pending. So it does if they are of an earlier epoch, all of whose rows it takes for visible.
     */
    boolean takesForVisible(long writtenIn, String writer) {
      return writtenIn < epoch && !writers.contains(writer);
    }
  }

  /**
   * Rows that a commit brings.
   *
   * @param writers all whose changes it has
   * @param writerOf who wrote a row
   */
  record Brought(
      String lineage,
      long epoch,
      long checkpoint,
      List<Integer> rows,
      Set<String> writers,
      IntFunction<String> writerOf) {}

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
          filters.add(
              new Filtered(
                  tombstone.condition(),
                  record.number(),
                  record.reign().epoch(),
                  requireNonNull(writers.get(record.base()))));
        }
      }
    }
    for (String directory : truncated) {
      hide(shown, Truncation.EVERYTHING, directory, rows);
    }
    for (Brought commit : brought) {
      repeat(commit, rows);
    }
    hidden.put(record.number(), rows);
    writers.put(record.number(), writersAfter(record, brought));
  }

  private Set<String> writersAfter(CommitRecord record, List<Brought> brought) {
    Set<String> all = new HashSet<>();
    if (!(record.body() instanceof CommitRecord.Open)) {
      all.addAll(requireNonNull(writers.get(record.base())));
    }
    if (record.body() instanceof CommitRecord.Guest guest) {
      all.addAll(guest.folded().layers().keySet());
    }
    brought.forEach(commit -> all.addAll(commit.writers));
    return all;
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
      Tombstone.Replays replays = filter.replays;
      boolean repeats = false;
      if (replays != null && replays.lineage().equals(commit.lineage)) {
        repeats = commit.checkpoint <= replays.checkpoint();
        filter.replays = repeats ? replays : null;
      }
      for (Integer row : List.copyOf(left)) {
        if (Copies.meets(filter.condition, row)
            && (repeats || filter.takesForVisible(commit.epoch, commit.writerOf.apply(row)))) {
          rows.add(row);
          left.remove(row);
        }
      }
      if (repeats) {
        filter.writers.addAll(commit.writers);
      }
    }
  }

  /** Takes the hidden rows of a record away, each once, and remembers what is left. */
  void applyTo(CommitRecord record, List<Integer> wanted) {
    requireNonNull(hidden.get(record.number())).forEach(wanted::remove);
    visible.put(record.number(), List.copyOf(wanted));
  }
}
