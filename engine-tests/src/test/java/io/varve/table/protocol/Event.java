package io.varve.table.protocol;

/**
 * One thing that happens in the world. Names its subject by a stable number, so that a list of
 * events still means something when some are taken out.
 */
record Event(Kind kind, int subject, int argument) {

  /** What can happen. */
  enum Kind {
    /** The source of an attempt emits a few rows. */
    EMIT,
    /** A checkpoint (0) or savepoint (1) is triggered. */
    TRIGGER,
    /** A writer works up to the next barrier. */
    WRITER,
    /** A writer spills. */
    SPILL,
    /** A writer plans an adoption (0) or a merge (1). */
    UPKEEP,
    /** The aggregator makes some steps. */
    AGGREGATOR,
    /** The committer takes the next committable or barrier. */
    DELIVER,
    /** The committer makes some steps. */
    COMMITTER,
    /** A checkpoint completes; 1: the notification is lost. */
    COMPLETE,
    /** A checkpoint is aborted; bits: writers, aggregator hear of it. */
    ABORT,
    /** Several of the above at once: a whole checkpoint, up to its commit. */
    ROUND,
    /** The source has no more rows. */
    END,
    /** The attempt fails; 1: its tasks don't know it yet. */
    FAIL,
    /** A zombie is gone at last. */
    BURY,
    /** A committable is lost on its way. */
    LOSE,
    /** A job is submitted without state. */
    SUBMIT,
    /** A job is submitted with a savepoint. */
    RESTORE,
    /** A job is cancelled. */
    CANCEL,
    /** A batch job starts, or its tasks are run again. */
    GUEST,
    /** A batch job's committer makes some steps. */
    GUEST_STEP,
    /** An act of maintenance starts. */
    CHORE,
    /** An act of maintenance makes some steps. */
    CHORE_STEP,
    /** A reader takes a lease, checks it, or gives it back. */
    READER,
    /** Time passes. */
    TICK,
    /** The next create has an unknown outcome. */
    FAULT
  }
}
