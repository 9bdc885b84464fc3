package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The cap on a writer's memory, in a process that would die of more. */
class WriterMemoryTest {

  private static final int BYTES_SHOWN = 4096;

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
      String said = Files.readString(log, StandardCharsets.UTF_8);
      assertThat(process.exitValue()).as("%s%s", said, damagedBytes(said)).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Returns the bytes around those that an error names: the directory is gone afterwards. */
  private static String damagedBytes(String said) throws IOException {
    Matcher error = Pattern.compile("(/\\S+): damaged before byte ([0-9]+)").matcher(said);
    if (!error.find()) {
      return "";
    }
    long end = Long.parseLong(error.group(2)) + BYTES_SHOWN;
    try (RandomAccessFile file = new RandomAccessFile(error.group(1), "r")) {
      long from = Math.max(0, end - 2 * BYTES_SHOWN);
      byte[] bytes = new byte[(int) (Math.min(end, file.length()) - from)];
      file.seek(from);
      file.readFully(bytes);
      return "bytes from " + from + ": " + HexFormat.of().formatHex(bytes);
    }
  }
}
