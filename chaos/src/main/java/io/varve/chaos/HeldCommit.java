package io.varve.chaos;

import io.varve.testkit.FaultInjectingFileStore.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A process that waits inside a commit, so that something can happen to it just there.
 *
 * @param process its id
 * @param file the record it is about to create, or has created
 */
record HeldCommit(long process, String file) {

  /**
   * Makes the next commit wait.
   *
   * @param moment before the record is created or after
   * @throws IOException if nobody commits for a minute
   */
  static HeldCommit await(Sandbox sandbox, Moment moment) throws IOException {
    Path holding = sandbox.control().resolve(DiskFaults.HOLDING);
    Files.deleteIfExists(holding);
    Files.writeString(sandbox.control().resolve(DiskFaults.HOLD), moment.name());
    try {
      Wait.until("a commit to hold", Duration.ofMinutes(5), () -> Files.exists(holding));
    } catch (IOException late) {
      release(sandbox);
      throw late;
    }
    String[] parts = Files.readString(holding).split(" ", 2);
    HeldCommit held = new HeldCommit(Long.parseLong(parts[0]), parts[1]);
    Files.deleteIfExists(held.outcome(sandbox));
    return held;
  }

  /** Lets commits go on, unless their process can't. */
  static void release(Sandbox sandbox) throws IOException {
    Files.deleteIfExists(sandbox.control().resolve(DiskFaults.HOLD));
  }

  private Path outcome(Sandbox sandbox) {
    return sandbox.control().resolve(DiskFaults.OUTCOME + process);
  }

  /** Returns how the commit ended, or {@code unknown} if the process has not said so in time. */
  String awaitOutcome(Sandbox sandbox) throws IOException {
    try {
      Wait.until("", Duration.ofSeconds(20), () -> Files.exists(outcome(sandbox)));
      return Files.readString(outcome(sandbox));
    } catch (IOException late) {
      return "unknown";
    }
  }
}
