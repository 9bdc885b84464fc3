package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

/**
 * The identity of a guest's only commit: a batch job's sink. Immutable.
 *
 * @param run the batch job's run
 * @param sinkId its sink
 */
public record GuestId(RunId run, String sinkId) {

  /** Checks that nothing is null. */
  public GuestId {
    requireNonNull(run);
    requireNonNull(sinkId);
  }

  /** Returns the identity as the key under which a state knows the guest. */
  public String key() {
    return run + "/" + sinkId;
  }
}
