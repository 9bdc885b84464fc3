package io.varve.benchmarks.flink;

/** The rollups that jobs compute: count and sums of cost, input and output tokens by group. */
public enum UsageRollup {
  /** Nothing: how long it takes to start a job and to end it. */
  EMPTY(false, false),
  /** By day, user and key. */
  DAY_USER_KEY(true, false),
  /** By day and model. */
  DAY_MODEL(false, false),
  /** By day and model, of the rows whose status is 200. */
  DAY_MODEL_OK(false, true);

  private final boolean byUser;
  private final boolean filtered;

  UsageRollup(boolean byUser, boolean filtered) {
    this.byUser = byUser;
    this.filtered = filtered;
  }

  /** Returns whether groups are days, users and keys; days and models if not. */
  public boolean byUser() {
    return byUser;
  }

  /** Returns whether only rows of status 200 count. */
  public boolean filtered() {
    return filtered;
  }

  /** Returns the columns beside the day that are grouped by. */
  public String[] columns() {
    return byUser ? new String[] {"user", "api_key"} : new String[] {"model"};
  }
}
