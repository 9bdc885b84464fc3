package io.varve.flink.sink;

import io.varve.table.protocol.Author;
import io.varve.table.protocol.GuestId;
import io.varve.table.protocol.RunId;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.flink.api.common.JobInfo;

/**
 * One submission of a job and one sink of it: drawn when the job graph is built and shipped with
 * the sink, so that every attempt of the job has the same. Immutable.
 *
 * @param timeMillis when the graph was built, milliseconds since the epoch
 * @param random a random number
 * @param sinkId random too, tells sinks of one job apart
 * @param checkpointed whether the job takes checkpoints; without them it commits once, at its end
 */
record SinkRun(long timeMillis, long random, String sinkId, boolean checkpointed)
    implements Serializable {

  private static final String HOST = hostName();

  static SinkRun draw(boolean checkpointed) {
    return new SinkRun(
        System.currentTimeMillis(),
        ThreadLocalRandom.current().nextLong(),
        UUID.randomUUID().toString(),
        checkpointed);
  }

  RunId id() {
    return new RunId(timeMillis, random);
  }

  GuestId guest() {
    return new GuestId(id(), sinkId);
  }

  /** Returns the author of one attempt's records. */
  static Author author(JobInfo job, String why) {
    return new Author(UUID.randomUUID().toString(), who(job), why);
  }

  /** Returns who writes, in words. */
  static String who(JobInfo job) {
    return "Flink job '" + job.getJobName() + "' (" + job.getJobId() + ") on " + HOST;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException unnamed) {
      return "a host without name";
    }
  }
}
