package io.varve.examples;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A Flink cluster in this process; jobs are sent to it as to any other. Thread-safe. */
final class EmbeddedCluster implements AutoCloseable {

  private static final String HOST = "localhost";

  private final MiniCluster cluster;
  private final int port;

  private EmbeddedCluster(MiniCluster cluster, int port) {
    this.cluster = cluster;
    this.port = port;
  }

  /**
   * Starts a cluster.
   *
   * @param slots the parallelism that it can run
   * @param directory of checkpoints and temporary files
   */
  static EmbeddedCluster start(int slots, Path directory) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(RestOptions.ADDRESS, HOST);
    configuration.set(RestOptions.BIND_ADDRESS, HOST);
    configuration.set(RestOptions.BIND_PORT, "0");
    configuration.set(CoreOptions.TMP_DIRS, directory.resolve("tmp").toString());
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        directory.resolve("checkpoints").toUri().toString());
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .build());
    cluster.start();
    URI address = cluster.getRestAddress().get();
    return new EmbeddedCluster(cluster, address.getPort());
  }

  /** Returns an environment whose jobs run here. */
  StreamExecutionEnvironment environment() {
    return StreamExecutionEnvironment.createRemoteEnvironment(HOST, port);
  }

  /**
   * Returns the newest failure of a job if it was made on purpose, else nothing. Flink's history of
   * all failures is not to be had in this way in every release.
   */
  Optional<FailedOnPurposeException> newestFailureOnPurpose(JobID job)
      throws ExecutionException, InterruptedException {
    ErrorInfo failure = cluster.getExecutionGraph(job).get().getFailureInfo();
    if (failure == null) {
      return Optional.empty();
    }
    return ErrorMessages.chain(failure.getException()).stream()
        .filter(FailedOnPurposeException.class::isInstance)
        .map(FailedOnPurposeException.class::cast)
        .findFirst();
  }

  @Override
  public void close() throws Exception {
    cluster.close();
  }
}
