package io.varve.table.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the record that a restored state continues: the newest one that stands where the state's
 * newest committable leads, or else, going back from committable to committable, where the first of
 * them starts that the log does not show.
 *
 * <p>Is fed the records from the head backwards. Confined to one thread.
 */
final class ParentSearch {

  /** The places to look for, best first. */
  private final List<Last> places;

  private final AggregatorState state;
  private final Rules rules;
  private int best;
  private @Nullable CommitRecord parent;

  ParentSearch(AggregatorState state, Rules rules) {
    this.state = state;
    this.rules = rules;
    this.places = new ArrayList<>();
    places.add(state.last());
    for (int i = state.pending().size() - 1; i >= 0; i--) {
      places.add(state.pending().get(i).previous());
    }
    this.best = places.size();
  }

  /** Takes in the next older record; returns whether still older ones could matter. */
  boolean visit(CommitRecord record) {
    for (int i = 0; i < best; i++) {
      if (rules.same(places.get(i), record.progress().last())) {
        best = i;
        parent = record;
      }
    }
    for (int i = 0; i < best; i++) {
      if (mayStandBefore(places.get(i), record)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the record found, null if there is none. */
  @Nullable CommitRecord parent() {
    return parent;
  }

  /** Returns the committables that the record found does not show, oldest first. */
  List<Committable> pendingAfterParent() {
    return state.pending().subList(state.pending().size() - best, state.pending().size());
  }

  /** Returns whether a record before this one may stand at a place that it does not stand at. */
  private static boolean mayStandBefore(Last place, CommitRecord record) {
    if (record.number() <= 1) {
      return false;
    }
    Reign reign = record.reign();
    if (place instanceof Last.Start start) {
      return !reign.run().isOlderThan(start.run());
    }
    Last.Commit commit = (Last.Commit) place;
    if (reign.epoch() != commit.epoch()) {
      return reign.epoch() > commit.epoch();
    }
    // Within one epoch the table only goes forward, so that older records stand further back.
    return record.progress().last() instanceof Last.Commit last
        && last.epoch() == commit.epoch()
        && last.checkpoint() > commit.checkpoint();
  }
}
