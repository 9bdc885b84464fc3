package io.varve.engine;

import java.util.List;

/**
 * What a check of all files found. Immutable.
 *
 * @param files how many were read to their end
 * @param rows how many rows they hold
 * @param problems what is damaged, file by file; none if all is well
 */
public record VerifyReport(int files, long rows, List<String> problems) {

  /** Copies the list. */
  public VerifyReport {
    problems = List.copyOf(problems);
  }

  /** Returns whether nothing is damaged. */
  public boolean isClean() {
    return problems.isEmpty();
  }
}
