package io.varve.flink.common;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs input and output on threads that nobody interrupts. Flink interrupts a task's thread when it
 * cancels the task, and clients of remote file systems then abort calls and break streams half way.
 */
final class UninterruptedCalls {

  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "varve-file-system");
            thread.setDaemon(true);
            // Not the loader of the job that happens to come first: the thread may outlive it.
            thread.setContextClassLoader(UninterruptedCalls.class.getClassLoader());
            return thread;
          });

  private UninterruptedCalls() {}

  /** Runs an action and waits for it, through interrupts too; those are kept for the caller. */
  static <R> R call(Failures.Action<R> action) throws IOException {
    Future<R> result = THREADS.submit(action::run);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return result.get();
        } catch (InterruptedException later) {
          interrupted = true;
        }
      }
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      if (cause instanceof IOException known) {
        throw known;
      }
      if (cause instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw new IOException(cause);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
