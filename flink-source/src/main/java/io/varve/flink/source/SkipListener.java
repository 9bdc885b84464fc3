package io.varve.flink.source;

import java.io.Serializable;

/**
 * Is told what {@link OnCorrupt#SKIP_AND_REPORT} leaves out. Each subtask has a copy, which is
 * called on the thread that reads; after a failure of the job what is read again is told again.
 */
@FunctionalInterface
public interface SkipListener extends Serializable {

  /** Is told of rows that were left out. */
  void skipped(SkippedRows rows);
}
