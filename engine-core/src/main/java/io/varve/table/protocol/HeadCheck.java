package io.varve.table.protocol;

import java.io.IOException;

/**
 * Makes sure at a barrier that this attempt still reigns: the aggregator's act. Its result is where
 * the table stands, by which the aggregator forgets what is committed.
 */
public final class HeadCheck extends LogOperation<Last> {

  private final String lineage;
  private final long epoch;
  private final RunId run;

  /**
   * Prepares a check.
   *
   * @param lineage the job's lineage
   * @param epoch the attempt's epoch
   * @param run the job's run
   * @param view the aggregator's view of the log, kept from barrier to barrier
   */
  public HeadCheck(String lineage, long epoch, RunId run, LogView view) {
    this(lineage, epoch, run, view, Rules.ALL);
  }

  HeadCheck(String lineage, long epoch, RunId run, LogView view, Rules rules) {
    super(view, rules);
    this.lineage = lineage;
    this.epoch = epoch;
    this.run = run;
  }

  @Override
  Verdict<Last> judge(Head head, long nowMillis) throws IOException {
    new Fencing(rules).check(head.record(), lineage, epoch, run);
    return new Verdict.Done<>(head.record().progress().last());
  }
}
