package io.varve.flink.source;

import java.util.Locale;

/** What a source does where a file is damaged. */
public enum OnCorrupt {
  /** The job fails with an error that names file and place. */
  FAIL,
  /**
   * What can't be read is left out, counted ({@code corruptRowsSkipped}), logged, and told to the
   * {@link SkipListener}. A block is left out as a whole, and all rows of a split whose file can't
   * be opened.
   */
  SKIP_AND_REPORT;

  /** Returns the name as options spell it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
