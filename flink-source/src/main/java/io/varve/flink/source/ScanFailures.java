package io.varve.flink.source;

import io.varve.flink.common.Failures;
import io.varve.io.CorruptFileException;
import io.varve.io.VarveException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** Tells which failures of a read a restart would only meet again. */
final class ScanFailures {

  private ScanFailures() {}

  /**
   * Returns whether a failure stays: no table, no such column, a damaged file, files of a release
   * that this one can't read.
   */
  static boolean isPermanent(@Nullable Throwable failure) {
    return failure instanceof IllegalArgumentException
        || failure instanceof NoSuchFileException
        || failure instanceof CorruptFileException
        || (failure instanceof VarveException ours && ours.suppressesRestart());
  }

  /** Returns the error to throw: one that fails the job for good if the failure stays. */
  static RuntimeException toThrow(Throwable failure) {
    if (isPermanent(failure)) {
      return Failures.fatal(failure);
    }
    return failure instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(failure.getMessage(), failure);
  }
}
