package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

/**
 * A record and the state after it; where the log ends, as someone has seen it. Immutable.
 *
 * @param record the record
 * @param state the state after it
 */
public record Head(CommitRecord record, TableState state) {

  /** The head of an empty log. */
  public static final Head GENESIS = new Head(CommitRecord.GENESIS, TableState.EMPTY);

  /** Checks that nothing is null. */
  public Head {
    requireNonNull(record);
    requireNonNull(state);
  }

  /**
   * Returns the same with the time moved on to now. What is old is told by when a record was made:
   * had its author paused between judging and creating, it would look older than it is.
   */
  Head madeAt(long nowMillis) {
    if (nowMillis <= record.timeMillis()) {
      return this;
    }
    boolean opens = record.body() instanceof CommitRecord.Open;
    CommitRecord moved =
        new CommitRecord(
            record.number(),
            record.base(),
            nowMillis,
            opens ? record.reign().openedAt(nowMillis) : record.reign(),
            record.progress(),
            record.author(),
            record.body());
    return new Head(moved, state);
  }

  /** Returns the record's number, 0 for an empty log. */
  public long number() {
    return record.number();
  }
}
