package io.varve.table.protocol;

import io.varve.io.CommitGapException;

/** Makes the record that follows a head under the same reign. */
final class NextRecord {

  private final Head head;
  private final Author author;
  private final Rules rules;

  NextRecord(Head head, Author author, Rules rules) {
    this.head = head;
    this.author = author;
    this.rules = rules;
  }

  /** Returns the record and its state, with the head's progress. */
  Head of(CommitRecord.Body body, long nowMillis) throws CommitGapException {
    return of(head.record().progress(), body, nowMillis);
  }

  /**
   * Returns the record and its state.
   *
   * @throws CommitGapException if the changes don't fit the head's state
   */
  Head of(Progress progress, CommitRecord.Body body, long nowMillis) throws CommitGapException {
    CommitRecord next =
        new CommitRecord(
            head.number() + 1,
            head.number(),
            head.record().nextTime(nowMillis),
            reign(body),
            progress,
            author,
            body);
    return new Head(next, new StateApplier(rules).apply(head.state(), next));
  }

  private Reign reign(CommitRecord.Body body) {
    Reign reign = head.record().reign();
    if (!rules.hold(Rule.RECORDS_CARRY_RUN)) {
      return new Reign(reign.lineage(), reign.epoch(), RunId.NONE, "", 0, "");
    }
    if (!rules.hold(Rule.MAINTENANCE_COPIES_EPOCH) && !(body instanceof CommitRecord.Data)) {
      return new Reign(
          reign.lineage(),
          reign.epoch() + 1,
          reign.run(),
          reign.sinkId(),
          reign.openTimeMillis(),
          author.who());
    }
    return reign;
  }
}
