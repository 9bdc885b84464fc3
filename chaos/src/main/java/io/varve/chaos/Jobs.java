package io.varve.chaos;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.jspecify.annotations.Nullable;

/** Submits the job again and again, from savepoints. Confined to one thread. */
final class Jobs {

  private static final long SECONDS = 60;
  private static final int TRIES = 10;

  private final Cluster cluster;
  private final ChaosJob job;
  private final Ledger ledger;
  private final List<Savepoint> savepoints = new ArrayList<>();
  private @Nullable Submission current;
  private int submissions;

  Jobs(Cluster cluster, ChaosJob job, Ledger ledger) {
    this.cluster = cluster;
    this.job = job;
    this.ledger = ledger;
  }

  /**
   * A savepoint.
   *
   * @param path where it is
   * @param submission that took it
   */
  record Savepoint(String path, String submission) {}

  /**
   * A job that was submitted.
   *
   * @param name of the job
   * @param parallelism of emitters and writers
   * @param client talks to it
   */
  record Submission(String name, int parallelism, JobClient client) {

    JobStatus status() throws IOException {
      return Jobs.get(client.getJobStatus());
    }
  }

  Submission current() {
    Submission submitted = current;
    if (submitted == null) {
      throw new IllegalStateException("nothing was submitted");
    }
    return submitted;
  }

  /** Returns all savepoints, oldest first. */
  List<Savepoint> savepoints() {
    return List.copyOf(savepoints);
  }

  /** Submits the job to start from nothing. */
  void start(int parallelism) throws IOException {
    submit(parallelism, "", "");
  }

  /** Submits the job to go on from a savepoint. */
  void startFrom(Savepoint savepoint, int parallelism) throws IOException {
    submit(parallelism, savepoint.path(), savepoint.submission());
  }

  private void submit(int parallelism, String savepoint, String parent) throws IOException {
    String name = "chaos-" + ++submissions;
    ledger.submit(name, parent);
    try {
      JobClient client = job.submit(cluster.configuration(), name, parallelism, savepoint);
      current = new Submission(name, parallelism, client);
    } catch (IOException failure) {
      throw failure;
    } catch (Exception failure) {
      throw new IOException("the job could not be submitted: " + failure, failure);
    }
  }

  /** Takes a savepoint while the job goes on; tries again while the job is not up to it. */
  Savepoint takeSavepoint() throws IOException {
    IOException last = null;
    for (int tries = 0; tries < TRIES; tries++) {
      try {
        String path =
            get(
                current()
                    .client()
                    .triggerSavepoint(cluster.savepoints(), SavepointFormatType.CANONICAL));
        return remember(path);
      } catch (IOException failure) {
        last = failure;
        Wait.pause(1000);
      }
    }
    throw new IOException("no savepoint could be taken", last);
  }

  /** Stops the job with a savepoint; tries again while the job is not up to it. */
  Savepoint stop() throws IOException {
    IOException last = null;
    for (int tries = 0; tries < TRIES; tries++) {
      try {
        String path =
            get(
                current()
                    .client()
                    .stopWithSavepoint(false, cluster.savepoints(), SavepointFormatType.CANONICAL));
        return remember(path);
      } catch (IOException failure) {
        last = failure;
        if (current().status() == JobStatus.FINISHED) {
          return remember(newestSavepoint().orElseThrow(() -> failure));
        }
        Wait.pause(1000);
      }
    }
    throw new IOException("the job could not be stopped", last);
  }

  /** Finds the savepoint of a job that has stopped though the answer got lost. */
  private Optional<String> newestSavepoint() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(URI.create(cluster.savepoints())))) {
      return files
          .filter(savepoint -> Files.exists(savepoint.resolve("_metadata")))
          .max(
              Comparator.comparing(
                  savepoint -> savepoint.resolve("_metadata").toFile().lastModified()))
          .map(savepoint -> savepoint.toUri().toString());
    }
  }

  private Savepoint remember(String path) {
    Savepoint savepoint = new Savepoint(path, current().name());
    savepoints.add(savepoint);
    return savepoint;
  }

  /** Cancels the job and waits until it has ended. */
  void cancel() throws IOException {
    Submission submitted = current();
    get(submitted.client().cancel());
    Wait.until(
        submitted.name() + " to be cancelled",
        Duration.ofMinutes(2),
        () -> submitted.status().isGloballyTerminalState());
  }

  private static <T> T get(CompletableFuture<T> future) throws IOException {
    try {
      return future.get(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException failure) {
      throw new IOException(String.valueOf(failure.getCause()), failure);
    } catch (TimeoutException late) {
      throw new IOException("the JobManager does not answer", late);
    }
  }
}
