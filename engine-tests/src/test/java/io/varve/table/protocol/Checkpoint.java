package io.varve.table.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A completed checkpoint or savepoint: what the tasks kept, and what the oracle knows of it. */
final class Checkpoint {

  final long id;
  final AggregatorState state;
  final List<Committable> committerState;
  final Content content;
  final int offset;
  final boolean ended;
  final long triggerTime;
  final String name;

  Checkpoint(Pending pending, AggregatorState state, List<Committable> committerState) {
    this.id = pending.id;
    this.state = state;
    this.committerState = List.copyOf(committerState);
    this.content = pending.attempt.contentWithEnd(pending.offset);
    this.offset = pending.offset;
    this.ended = pending.ended;
    this.triggerTime = pending.time;
    this.name =
        (pending.savepoint ? "savepoint " : "checkpoint ")
            + pending.id
            + " of "
            + pending.attempt.job.name;
  }

  /** A checkpoint that is being taken. */
  static final class Pending {
    final Attempt attempt;
    final long id;
    final boolean savepoint;
    final int offset;
    final boolean ended;
    final long time;
    boolean aborted;
    boolean abortReachesWriters;
    boolean abortReachesAggregator;
    boolean over;
    int writersDone;
    @Nullable AggregatorState state;
    @Nullable List<Committable> committerState;

    Pending(Attempt attempt, long id, boolean savepoint) {
      this.attempt = attempt;
      this.id = id;
      this.savepoint = savepoint;
      this.offset = attempt.emitted;
      this.ended = attempt.sourceEnded;
      this.time = attempt.world.log.now;
    }

    String position() {
      return id + "p" + aborted + over + writersDone + (state == null) + (committerState == null);
    }

    boolean isReady() {
      return !aborted
          && !over
          && writersDone == attempt.job.parallelism
          && state != null
          && committerState != null;
    }
  }
}
