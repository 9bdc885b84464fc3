package io.varve.table.protocol;

import io.varve.io.FencedException;
import java.time.Instant;

/** Tells whether an attempt still reigns. Stateless but for the rules, thread-safe. */
final class Fencing {

  private final Rules rules;

  Fencing(Rules rules) {
    this.rules = rules;
  }

  /**
   * Throws unless the head belongs to this reign.
   *
   * @throws FencedException if another epoch or lineage reigns; suppresses restarts if another run
   *     opened it
   */
  void check(CommitRecord head, String lineage, long epoch, RunId run) throws FencedException {
    Reign reign = head.reign();
    if ((reign.lineage().equals(lineage) && reign.epoch() == epoch)
        || !rules.hold(Rule.EPOCH_TEST)) {
      return;
    }
    boolean otherRun = !reign.run().equals(run);
    String remedy =
        otherRun
            ? "Stop this job; to let it go on instead, cancel the other one and submit this job"
                + " again from the savepoint that it should continue. If the two are sinks of one"
                + " job, unite the streams before one sink"
            : "It was an attempt of this same run; this job restarts and opens the table again";
    throw new FencedException(
        "epoch "
            + epoch
            + " of lineage "
            + lineage
            + " no longer writes to this table: "
            + reign.openedBy()
            + " (run "
            + reign.run()
            + ", lineage "
            + reign.lineage()
            + ") took over with epoch "
            + reign.epoch()
            + " at "
            + Instant.ofEpochMilli(reign.openTimeMillis())
            + ". Nothing of this checkpoint was committed. "
            + remedy,
        otherRun || !rules.hold(Rule.OWN_RUN_FENCE_IS_PLAIN));
  }
}
