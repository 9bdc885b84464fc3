package io.varve.flink.common;

import io.varve.io.VarveException;
import java.io.IOException;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/** Tells Flink which failures a restart can't mend. */
public final class Failures {

  private Failures() {}

  /** Does some input or output. */
  @FunctionalInterface
  public interface Action<R> {
    /** Does it. */
    R run() throws IOException;
  }

  /**
   * Runs an action.
   *
   * @throws SuppressRestartsException in the place of an error that says that a restart can't help,
   *     so that Flink fails the job for good
   * @throws IOException as the action throws it
   */
  public static <R> R guarded(Action<R> action) throws IOException {
    try {
      return action.run();
    } catch (VarveException failure) {
      if (failure.suppressesRestart()) {
        throw new SuppressRestartsException(failure);
      }
      throw failure;
    }
  }

  /** Returns an error that fails the job for good, since a restart would only meet it again. */
  public static RuntimeException fatal(Throwable failure) {
    return new SuppressRestartsException(failure);
  }
}
