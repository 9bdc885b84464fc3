package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.LocalFileStore;
import io.varve.table.FileCommitLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A table damaged in many ways: verify finds each, and names the file and the place. */
class VerifyDamageTest {

  @TempDir static Path shared;

  @TempDir Path directory;
  private Path path = Path.of("");

  @BeforeAll
  static void write() throws IOException {
    try (UsageTable table = new UsageTable(shared.resolve("usage"))) {
      for (int commit = 0; commit < 101; commit++) {
        table.add(commit == 0 ? 5000 : 20);
        table.commit(commit % 50 == 0);
      }
    }
    FileCommitLog log = new FileCommitLog(new LocalFileStore(shared.resolve("usage")));
    log.keepState(60, log.state(60).orElseThrow());
  }

  @BeforeEach
  void copy() throws IOException {
    path = directory.resolve("usage");
    try (Stream<Path> files = Files.walk(shared.resolve("usage"))) {
      for (Path file : files.toList()) {
        Files.copy(file, path.resolve(shared.resolve("usage").relativize(file).toString()));
      }
    }
  }

  private static final long ROWS = 5000 + 100 * 20;

  /**
   * Nothing that a test damaged may have been mended by a reader. Then it is repaired: what is left
   * can be read, and is as much as the repair says; or the repair refuses, and changes nothing.
   */
  @AfterEach
  void staysDamagedUntilItIsRepaired() throws IOException {
    assertThat(CommandRun.of("verify", path).exitCode()).isEqualTo(ExitCode.FOUND);
    List<Path> before = files(".*");
    CommandRun planned =
        CommandRun.of("verify", path, "--repair", "--take-over", "--dry-run", "-o", "csv");
    assertThat(CommandRun.of("verify", path, "--repair", "--take-over").exitCode()).isNotZero();
    assertThat(files(".*")).isEqualTo(before);
    CommandRun repaired =
        CommandRun.of("verify", path, "--repair", "--take-over", "--yes", "-o", "csv");
    String told = repaired.out() + repaired.err();
    if (before.stream().anyMatch(file -> file.endsWith("table.json"))
        && repaired.err().contains("table.json")) {
      assertThat(repaired.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(files(".*")).isEqualTo(before);
      return;
    }
    assertThat(repaired.exitCode()).as(told).isZero();
    assertThat(counts(repaired)).as(told + planned.out()).isEqualTo(counts(planned));

    CommandRun again = CommandRun.of("verify", path, "--deep", "-o", "csv");
    assertThat(again.exitCode()).as(told + again.out()).isZero();
    CommandRun rollup = CommandRun.of("rollup", path, "-o", "csv");
    long left = Long.parseLong(rollup.out().lines().skip(1).findFirst().orElse("none"));
    long lost = 0;
    boolean known = true;
    for (String count : counts(repaired)) {
      long rows = Long.parseLong(count.split(",")[1]);
      known &= rows >= 0;
      lost += rows;
    }
    if (known) {
      assertThat(left + lost).as(told).isEqualTo(committed);
    } else {
      assertThat(left).as(told).isBetween(5000L, ROWS);
    }
    for (Path file : before) {
      boolean gone = Files.notExists(file);
      if (gone && repaired.out().contains(path.relativize(file) + ",")) {
        assertThat(path.resolve("corrupt").resolve(path.relativize(file) + ".1")).exists();
      }
    }
  }

  /** What the newest commit shows of which a trace is left. */
  private long committed = ROWS;

  /** Returns the file and the number of lost rows of each line. */
  private static List<String> counts(CommandRun run) {
    return run.out()
        .lines()
        .skip(1)
        .map(line -> line.split(",")[0] + "," + line.split(",")[1])
        .toList();
  }

  private List<Path> files(String pattern) {
    try (Stream<Path> all = Files.walk(path)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> path.relativize(file).toString().matches(pattern))
          .sorted()
          .toList();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void assertFound(Path file, String... words) {
    CommandRun run = CommandRun.of("verify", path, "-o", "csv");
    assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(ExitCode.FOUND);
    assertThat(run.out()).contains(String.valueOf(file.getFileName()));
    for (String word : words) {
      assertThat(run.out()).contains(word);
    }
    CommandRun deep = CommandRun.of("verify", path, "-o", "csv", "--deep");
    assertThat(deep.exitCode()).isEqualTo(ExitCode.FOUND);
  }

  private static final Pattern PLACE = Pattern.compile("damaged.* (at|before) byte (\\d+): ");

  /** As above, the one line is about this file, and its place is that of the damage. */
  private void assertFoundAt(Path file, long offset, long length) {
    assertFound(file);
    List<String> lines = CommandRun.of("verify", path, "-o", "csv").out().lines().skip(1).toList();
    assertThat(lines).singleElement().asString().startsWith(path.relativize(file) + ",");
    Matcher place = PLACE.matcher(lines.get(0));
    assertThat(place.find()).as(lines.get(0)).isTrue();
    long told = Long.parseLong(place.group(2));
    if (place.group(1).equals("at")) {
      assertThat(told).as(lines.get(0)).isBetween(0L, offset);
    } else {
      assertThat(told).as(lines.get(0)).isBetween(Math.min(offset, length), length);
    }
  }

  /** Flips a bit at a place between 0 (the first byte) and 1 (the last). */
  @ParameterizedTest
  @CsvSource({
    "bucket-0000/segments/.*, 0",
    "bucket-0000/segments/.*, 0.0005",
    "bucket-0000/segments/.*, 0.1",
    "bucket-0000/segments/.*, 0.3",
    "bucket-0000/segments/.*, 0.5",
    "bucket-0000/segments/.*, 0.7",
    "bucket-0000/segments/.*, 0.9",
    "bucket-0000/segments/.*, 0.97",
    "bucket-0000/segments/.*, 1",
    "bucket-0000/tail/.*, 0",
    "bucket-0000/tail/.*, 0.2",
    "bucket-0000/tail/.*, 0.6",
    "commits/.*1, 0",
    "commits/.*55, 0.5",
    "commits/.*100, 1",
    "states/.*, 0.3",
    "table.json, 0.5",
    "HEAD, 0.5",
  })
  void aFlippedBit(String pattern, double at) throws IOException {
    Path file = files(pattern).get(0);
    byte[] bytes = Files.readAllBytes(file);
    int offset = (int) Math.round((bytes.length - 1) * at);
    bytes[offset] ^= 4;
    Files.write(file, bytes);

    assertFoundAt(file, offset, bytes.length);
  }

  @ParameterizedTest
  @CsvSource({
    "bucket-0000/segments/.*, 100",
    "bucket-0000/tail/.*, 2000",
    "commits/.*77, 1",
  })
  void aFileCutShort(String pattern, int bytes) throws IOException {
    Path file = files(pattern).get(0);
    byte[] content = Files.readAllBytes(file);
    int left = content.length - bytes;
    Files.write(file, java.util.Arrays.copyOf(content, left));

    assertFoundAt(file, left, left);
  }

  @ParameterizedTest
  @CsvSource({"bucket-0000/segments/.*", "bucket-0000/tail/.*", "commits/.*33", "commits/.*101"})
  void aFileThatIsMissing(String pattern) throws IOException {
    Path file = files(pattern).get(0);
    if (pattern.endsWith("101")) {
      // The newest record: HEAD says that there was one.
      Files.delete(file);
      assertFound(path.resolve("HEAD"), "101");
      committed = ROWS - 20;
      return;
    }
    Files.delete(file);
    assertFound(file, "is missing");
  }

  @Test
  void aSegmentInThePlaceOfAnother() throws IOException {
    List<Path> segments = files("bucket-0000/segments/.*");
    Files.copy(segments.get(0), segments.get(1), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertFound(segments.get(1), "the commit says");
  }

  @Test
  void theRowsAtRiskAreCounted() throws IOException {
    for (Path segment : files("bucket-0000/segments/.*")) {
      Files.write(segment, new byte[] {1}, StandardOpenOption.TRUNCATE_EXISTING);
    }
    String out = CommandRun.of("verify", path, "-o", "csv").out();
    long rows =
        out.lines()
            .skip(1)
            .filter(line -> line.contains(".vseg"))
            .mapToLong(line -> Long.parseLong(line.split(",")[1]))
            .sum();
    assertThat(rows).isGreaterThanOrEqualTo(5000);
  }
}
