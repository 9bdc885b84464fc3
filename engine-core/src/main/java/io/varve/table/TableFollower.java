package io.varve.table;

import io.varve.io.SnapshotExpiredException;
import io.varve.io.TableRewoundException;
import io.varve.table.protocol.CommitRecord;
import io.varve.table.protocol.Committable;
import io.varve.table.protocol.FoldedChanges;
import io.varve.table.protocol.Head;
import io.varve.table.protocol.StateApplier;
import io.varve.table.protocol.TableState;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Goes from commit to commit and tells which rows each shows for the first time. What only moves
 * rows (seals, merges, adoptions) tells none, and what hides rows neither. Confined to one thread.
 *
 * <p>The commits that it goes over must not expire meanwhile: a {@link ReadLease} on the one that
 * it stands at keeps them.
 */
public final class TableFollower {

  private final TableDirectory table;
  private final FileCommitLog log;
  private final StateApplier applier = new StateApplier();
  private CommitRecord record;
  private TableState state;

  private TableFollower(TableDirectory table, FileCommitLog log, Head head) {
    this.table = table;
    this.log = log;
    this.record = head.record();
    this.state = head.state();
  }

  /**
   * What one commit shows for the first time. Immutable.
   *
   * @param commit its number
   * @param units the rows, less those that it shows as deleted; none if it brings none
   */
  public record Step(long commit, List<ScanUnit> units) {
    /** Copies the list. */
    public Step {
      units = List.copyOf(units);
    }
  }

  /**
   * Returns a follower that stands at a commit.
   *
   * @param number of the commit record; 0 for the empty table
   * @throws SnapshotExpiredException if there is no such commit, or no longer
   */
  public static TableFollower from(TableDirectory table, long number) throws IOException {
    TableSnapshot snapshot = TableSnapshot.at(table, number);
    CommitRecord record = snapshot.record().orElse(CommitRecord.GENESIS);
    Head head = new Head(record, snapshot.state());
    return new TableFollower(table, new FileCommitLog(table.store()), head);
  }

  /** Returns the number of the commit that it stands at. */
  public long commit() {
    return record.number();
  }

  /**
   * Goes on over the commits that were made since, on the branch that the table is on now.
   *
   * @param most how many of them at most
   * @return a step for each, in their order; none if there is no later commit
   * @throws TableRewoundException if the table was taken back to before the commit that this stands
   *     at
   * @throws SnapshotExpiredException if what it needs has expired
   */
  public List<Step> next(int most) throws IOException {
    Deque<Long> path = pathTo(TableSnapshot.latest(table).number(), most);
    List<Step> steps = new ArrayList<>();
    for (long number : path) {
      steps.add(stepTo(number));
    }
    return steps;
  }

  /**
   * Goes on to a commit, which it or another has gone to before.
   *
   * @return a step for each commit on the way
   */
  public List<Step> nextTo(long number) throws IOException {
    List<Step> steps = new ArrayList<>();
    for (long each : pathTo(number, Integer.MAX_VALUE)) {
      steps.add(stepTo(each));
    }
    return steps;
  }

  /** Returns the first commits between where this stands and another, oldest first. */
  private Deque<Long> pathTo(long newest, int most) throws IOException {
    Deque<Long> path = new ArrayDeque<>();
    long number = newest;
    while (number > record.number()) {
      path.addFirst(number);
      if (path.size() > most) {
        path.removeLast();
      }
      CommitRecord passed = read(number);
      if (passed.base() < record.number()) {
        throw new TableRewoundException(
            table.store().describe("")
                + ": commit "
                + passed.number()
                + " ("
                + passed.author().why()
                + ") took the table back to commit "
                + passed.base()
                + ", but rows up to commit "
                + record.number()
                + " have been passed on and can't be taken back; start the read anew, without its"
                + " state");
      }
      number = passed.base();
    }
    return path;
  }

  private CommitRecord read(long number) throws IOException {
    Optional<CommitRecord> read = log.read(number);
    if (read.isEmpty()) {
      throw new SnapshotExpiredException(
          table.store().describe("")
              + ": commit "
              + number
              + " expired before its rows were read; those up to commit "
              + record.number()
              + " were. Start the read anew, and keep a longer history");
    }
    return read.get();
  }

  private Step stepTo(long number) throws IOException {
    CommitRecord next = read(number);
    TableState after = applier.apply(state, next);
    TableSnapshot snapshot = TableSnapshot.of(table, new Head(next, after));
    NewFiles files = new NewFiles(state, after);
    for (FoldedChanges folded : folded(next)) {
      files.add(folded.changes());
    }
    List<ScanUnit> units = new ArrayList<>();
    if (!files.isEmpty()) {
      files.addUnits(snapshot, layersBefore(next), units);
    }
    record = next;
    state = after;
    return new Step(number, units);
  }

  private static List<FoldedChanges> folded(CommitRecord record) {
    CommitRecord.Body body = record.body();
    if (body instanceof CommitRecord.Data data) {
      return List.of(data.folded());
    }
    if (body instanceof CommitRecord.Guest guest) {
      return List.of(guest.folded());
    }
    return body instanceof CommitRecord.Open open
        ? open.pending().stream().map(Committable::folded).toList()
        : List.of();
  }

  /** Returns the newest layer that was visible of each writer whose rows a record brings. */
  private SortedMap<Long, Long> layersBefore(CommitRecord next) throws IOException {
    SortedMap<Long, Long> layers = new TreeMap<>();
    if (next.body() instanceof CommitRecord.Open open) {
      for (Committable committable : open.pending()) {
        for (String writer : committable.folded().layers().keySet()) {
          layers.put(number(writer), layerBefore(writer, committable.epoch()));
        }
      }
      return layers;
    }
    for (FoldedChanges folded : folded(next)) {
      for (String writer : folded.layers().keySet()) {
        Long layer = state.layers().get(writer);
        layers.put(number(writer), layer == null ? Long.MIN_VALUE : layer);
      }
    }
    return layers;
  }

  /** Looks for a writer's layer where its reign is over, so that the state forgot it. */
  private long layerBefore(String writer, long epoch) throws IOException {
    CommitRecord earlier = record;
    while (earlier.number() > 0 && earlier.reign().epoch() >= epoch) {
      for (FoldedChanges folded : folded(earlier)) {
        Long layer = folded.layers().get(writer);
        if (layer != null) {
          return layer;
        }
      }
      earlier = earlier.base() == 0 ? CommitRecord.GENESIS : read(earlier.base());
    }
    return Long.MIN_VALUE;
  }

  private static long number(String writer) {
    return Long.parseUnsignedLong(writer, 16);
  }
}
