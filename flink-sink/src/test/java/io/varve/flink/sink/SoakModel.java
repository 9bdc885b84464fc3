package io.varve.flink.sink;

import io.varve.table.protocol.CommitRecord;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** What a table that is maintained while a job writes to it must show at each commit. */
final class SoakModel {

  /** The events of batch jobs begin after this one. */
  static final long GUESTS = 1L << 40;

  private final SoakJob.Shared job;
  private final List<Step> steps = new ArrayList<>();

  SoakModel(SoakJob.Shared job) {
    this.job = job;
  }

  /** Ids, of the job and of batch jobs. */
  record Ids(BitSet own, BitSet guests) {
    Ids() {
      this(new BitSet(), new BitSet());
    }

    void add(long id) {
      BitSet set = id >= GUESTS ? guests : own;
      int index = Math.toIntExact(id >= GUESTS ? id - GUESTS : id);
      if (set.get(index)) {
        throw new AssertionError("event " + id + " is there twice");
      }
      set.set(index);
    }

    void clear(long from, long to) {
      BitSet set = from >= GUESTS ? guests : own;
      long first = from >= GUESTS ? GUESTS : 0;
      set.clear(Math.toIntExact(from - first), Math.toIntExact(to - first));
    }

    int count() {
      return own.cardinality() + guests.cardinality();
    }
  }

  /**
   * Something that was done.
   *
   * @param commit the record that shows it
   * @param from the first id
   * @param to the id after the last
   * @param added whether rows came, and did not go
   */
  private record Step(long commit, long from, long to, boolean added) {}

  /** The rows of a batch job came. */
  void added(long commit, long from, long to) {
    steps.add(new Step(commit, from, to, true));
  }

  /** Rows went: those of ids that a record shows, or will show. */
  void removed(long commit, long from, long to) {
    steps.add(new Step(commit, from, to, false));
  }

  /** Returns the last event of the job that a record shows. */
  long lastEvent(CommitRecord record) {
    long checkpoint = record.progress().checkpoint();
    Long last = checkpoint == 0 ? Long.valueOf(0) : job.lastEvent.get(checkpoint);
    if (last == null) {
      throw new AssertionError("record " + record.number() + " has unknown " + checkpoint);
    }
    return last;
  }

  Ids at(CommitRecord record) {
    Ids ids = new Ids();
    ids.own().set(1, Math.toIntExact(lastEvent(record) + 1));
    for (Step step : steps) {
      if (step.commit() <= record.number() && step.added()) {
        ids.guests()
            .set(Math.toIntExact(step.from() - GUESTS), Math.toIntExact(step.to() - GUESTS));
      } else if (step.commit() <= record.number() && step.from() < step.to()) {
        ids.clear(step.from(), step.to());
      }
    }
    return ids;
  }
}
