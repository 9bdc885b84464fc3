package io.varve.engine;

import java.util.List;

/**
 * What opening a log found. Immutable.
 *
 * @param replayedRows rows read back from tails
 * @param torn ends of tails that were cut: file, offset, bytes
 * @param lost damage that took rows with it: file, place, what was done
 * @param rebuilt why the manifest was made anew from the files; empty if it was not
 */
public record RecoveryReport(
    long replayedRows, List<String> torn, List<String> lost, List<String> rebuilt) {

  /** Copies the lists. */
  public RecoveryReport {
    torn = List.copyOf(torn);
    lost = List.copyOf(lost);
    rebuilt = List.copyOf(rebuilt);
  }
}
