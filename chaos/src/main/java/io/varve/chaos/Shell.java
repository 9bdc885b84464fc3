package io.varve.chaos;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs other programs. */
final class Shell {

  private Shell() {}

  /**
   * Runs a program to its end.
   *
   * @throws IOException with what it said, if it fails or takes too long
   */
  static void run(Duration timeout, List<String> command) throws IOException {
    Path output = Files.createTempFile("chaos", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new IOException(String.join(" ", command) + " takes longer than " + timeout);
      }
      if (process.exitValue() != 0) {
        String said = new String(Files.readAllBytes(output), StandardCharsets.UTF_8).strip();
        throw new IOException(
            String.join(" ", command) + " ended with " + process.exitValue() + ": " + said);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(String.join(" ", command) + " was interrupted");
    } finally {
      Files.deleteIfExists(output);
    }
  }
}
