package io.varve.table.protocol;

import java.util.Locale;

/** What to do when a job is restored to a place that the table has left behind. */
public enum OnRewind {
  /** Takes the table back to the restored checkpoint. */
  REWIND,
  /** Refuses to open. */
  FAIL,
  /** Keeps what the table shows; rows that the job replays are then there twice. */
  APPEND;

  /** Returns the name as options spell it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
