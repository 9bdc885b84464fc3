package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.CorruptFileException;
import io.varve.io.FileEntry;
import io.varve.io.FileStore;
import io.varve.io.InputFile;
import io.varve.io.LocalFileStore;
import io.varve.schema.Schema;
import io.varve.tail.FrameRange;
import io.varve.tail.TailReader;
import java.io.IOException;
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

  /** As many as lengths of a block's values take, and what stands before them. */
  private static final int BYTES_SHOWN = 320;

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
      assertThat(process.exitValue()).as("%s%s", damage(said), said).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  /**
   * Returns what an error that names damage is about, as the directory is gone afterwards: whether
   * this process, which compiles otherwise, finds it too, and the bytes before it.
   */
  private String damage(String said) throws IOException {
    Matcher error = Pattern.compile("(/\\S+): damaged before byte ([0-9]+)").matcher(said);
    if (!error.find()) {
      return "";
    }
    String found = "this process reads all tails";
    try {
      readTails();
    } catch (CorruptFileException again) {
      found = "this process finds as well: " + again.getMessage();
    }
    int end = Math.toIntExact(Long.parseLong(error.group(2)));
    byte[] file = Files.readAllBytes(Path.of(error.group(1)));
    int from = Math.max(0, end - BYTES_SHOWN);
    return found + "; bytes from " + from + ": " + HexFormat.of().formatHex(file, from, end) + "\n";
  }

  private void readTails() throws IOException {
    FileStore store = new LocalFileStore(directory.resolve("table"));
    Schema schema = TableDirectory.open(store).storedSchema();
    for (FileEntry entry : store.list("tail")) {
      InputFile file = store.open("tail/" + entry.name());
      try (TailReader reader =
          TailReader.open(file, schema, new FrameRange(0, file.length()), null)) {
        for (int block = 0; block < reader.blockCount(); block++) {
          for (int i = 0; i < schema.size(); i++) {
            reader.read(block, schema.field(i).id());
          }
        }
      }
    }
  }
}
