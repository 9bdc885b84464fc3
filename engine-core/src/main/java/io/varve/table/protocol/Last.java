package io.varve.table.protocol;

/**
 * How far a branch of the table has come: its newest committable that was not empty, or the start
 * of a run that has made none yet. Two records with equal values stand at the same place of the
 * same branch, whatever their numbers. Immutable.
 */
public sealed interface Last {

  /** The place of a table that no job has opened. */
  Last NONE = new Start(RunId.NONE);

  /**
   * The start of a run that began without state, or that kept the head's state.
   *
   * @param run the run
   */
  record Start(RunId run) implements Last {
    @Override
    public String toString() {
      return "start of run " + run;
    }
  }

  /**
   * A committable, as the epoch that made it numbered it.
   *
   * @param epoch the epoch that made it, at least 1
   * @param checkpoint its checkpoint id in that epoch
   */
  record Commit(long epoch, long checkpoint) implements Last {

    /** Checks the numbers. */
    public Commit {
      if (epoch < 1 || checkpoint < 0) {
        throw new IllegalArgumentException("bad commit " + epoch + "/" + checkpoint);
      }
    }

    @Override
    public String toString() {
      return "checkpoint " + checkpoint + " of epoch " + epoch;
    }
  }
}
