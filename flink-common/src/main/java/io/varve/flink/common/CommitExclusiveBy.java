package io.varve.flink.common;

import java.util.Locale;

/** What sees to it that of two committers only one makes a commit record. */
public enum CommitExclusiveBy {
  /** The file system, whatever processes are left of earlier attempts; others are only read. */
  FILE_SYSTEM,
  /**
   * Nothing but that Flink runs one attempt of a job at a time. An attempt that Flink has given up
   * and that still runs, and a second job, can overwrite commits: rows can be lost or be there
   * twice.
   */
  FLINK_HA;

  /** Returns the name as options spell it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
