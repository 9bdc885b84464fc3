package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The cap on a writer's memory, in a process that would die of more. */
class WriterMemoryTest {

  @TempDir Path directory;

  @Test
  @Timeout(300)
  void tenThousandPartitionsFitIntoASmallHeap() throws IOException, InterruptedException {
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                ManyPartitions.class.getName(),
                directory.resolve("table").toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(110, TimeUnit.SECONDS)).as("ended in time").isTrue();
      assertThat(process.exitValue())
          .as("%s", Files.readString(log, StandardCharsets.UTF_8))
          .isZero();
    } finally {
      process.destroyForcibly();
    }
  }
}
