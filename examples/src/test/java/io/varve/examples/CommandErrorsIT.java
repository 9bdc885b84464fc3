package io.varve.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.varve.flink.common.TablePaths;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.table.TableDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What users can get wrong: one line that says where and what to do, and the table stays. */
@Timeout(300)
class CommandErrorsIT {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static final String HEADER = "departure,delay,distance,origin,destination\n";
  private static final int GOOD_ROWS = 3000;

  @TempDir Path directory;
  private Path table = Path.of("");
  private String before = "";

  @BeforeEach
  void writeATable() throws IOException {
    table = directory.resolve("table");
    Path good = directory.resolve("good.csv");
    Files.writeString(good, HEADER + lines(GOOD_ROWS));
    CommandRun run =
        CommandRun.of(
            FlightsIngestJob.command(), "--input", good, "--table", table, "--target-rows", 1500);
    assertThat(run.exitCode()).as(run.err()).isZero();
    before = rollup().out();
    assertThat(before.lines().count()).isEqualTo(3);
  }

  private static String lines(int count) {
    return IntStream.range(0, count)
        .mapToObj(row -> "2001-01-0" + (1 + row % 3) + "T10:00:00," + row + ",100,AAA,BBB\n")
        .collect(Collectors.joining());
  }

  private CommandRun rollup() {
    return CommandRun.of(FlightsRollupJob.command(), "--table", table, "-o", "json");
  }

  private CommandRun ingest(Object... arguments) {
    return CommandRun.of(FlightsIngestJob.command(), arguments);
  }

  private void assertTold(CommandRun run, String... parts) {
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).doesNotContain("\tat ").doesNotContain("Exception");
    assertThat(run.err().lines()).as(run.err()).hasSize(1);
    assertThat(run.err()).contains(parts);
  }

  private void assertTableIsAsBefore() {
    CommandRun after = rollup();
    assertThat(after.exitCode()).as(after.err()).isZero();
    assertThat(after.out()).isEqualTo(before);
  }

  @Test
  void missingInput() {
    Path missing = directory.resolve("missing.csv");
    assertTold(
        ingest("--input", missing, "--table", table),
        missing.toString(),
        "there is no such file",
        "give the path");
    assertTableIsAsBefore();
  }

  @Test
  void aDirectoryAsInput() {
    assertTold(
        ingest("--input", directory, "--table", table), directory.toString(), "is a directory");
    assertTableIsAsBefore();
  }

  @Test
  void malformedNumber() throws IOException {
    Path csv = directory.resolve("malformed.csv");
    Files.writeString(csv, HEADER + lines(40) + "2001-01-01T10:00:00,soon,100,AAA,BBB\n");
    assertTold(
        ingest("--input", csv, "--table", table),
        csv + ", line 42, column 2 (delay)",
        "found 'soon'",
        "expected a whole number",
        "correct the line or remove it");
    assertTableIsAsBefore();
  }

  @Test
  void malformedTime() throws IOException {
    Path csv = directory.resolve("malformed.csv");
    Files.writeString(csv, HEADER + "yesterday,1,100,AAA,BBB\n");
    assertTold(
        ingest("--input", csv, "--table", table),
        csv + ", line 2, column 1 (departure)",
        "found 'yesterday'",
        "expected a time");
    assertTableIsAsBefore();
  }

  @Test
  void lineWithTooFewColumns() throws IOException {
    Path csv = directory.resolve("short.csv");
    Files.writeString(csv, HEADER + "2001-01-01T10:00:00,1,100\n");
    assertTold(
        ingest("--input", csv, "--table", table), csv + ", line 2", "found 3 columns", "correct");
    assertTableIsAsBefore();
  }

  @Test
  void fileWithoutHeader() throws IOException {
    Path csv = directory.resolve("headless.csv");
    Files.writeString(csv, lines(2));
    assertTold(
        ingest("--input", csv, "--table", table),
        csv + ", line 1",
        "expected the header departure");
    assertTableIsAsBefore();
  }

  @Test
  void inputCutOff() throws IOException {
    Path csv = directory.resolve("cut.csv.gz");
    try (var sample = Flight.class.getResourceAsStream("flights-2001-01.csv.gz")) {
      Files.write(csv, Objects.requireNonNull(sample).readNBytes(100_000));
    }
    Path other = directory.resolve("other");
    CommandRun run = ingest("--input", csv, "--table", other);
    assertTold(run, csv + ", after line ", "is cut off or damaged", "fetch it again");
    CommandRun rollup = CommandRun.of(FlightsRollupJob.command(), "--table", other);
    assertThat(rollup.exitCode()).as(rollup.err()).isZero();
  }

  @Test
  void tablePathBelowAFile() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertTold(
        ingest("--input", directory.resolve("good.csv"), "--table", file.resolve("table")),
        file.toString(),
        "choose another directory");
  }

  @Test
  void tablePathWithoutPermission() throws IOException {
    Path closed =
        Files.createDirectory(
            directory.resolve("closed"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));
    assumeFalse(Files.isWritable(closed), "this user may write everywhere");
    assertTold(
        ingest("--input", directory.resolve("good.csv"), "--table", closed.resolve("table")),
        closed.toString(),
        "no permission",
        "choose another");
  }

  @Test
  void tableOfAnotherSchema() throws IOException {
    Path other = directory.resolve("other");
    TableDefinition definition =
        TableDefinition.builder(
                Schema.builder()
                    .timeColumn("departure", DataType.timestamp(9))
                    .column("delay", DataType.string())
                    .build())
            .build();
    TableDirectory.openOrCreate(TablePaths.open(other.toString()), definition);
    assertTold(
        ingest("--input", directory.resolve("good.csv"), "--table", other),
        other.toString(),
        "column 2",
        "'delay' string",
        "asked for",
        "use its definition, or another path");
    assertThat(TableDirectory.open(TablePaths.open(other.toString())).definition())
        .isEqualTo(definition);
  }

  @Test
  void noTableToRollUp() {
    Path nothing = directory.resolve("nothing");
    assertTold(
        CommandRun.of(FlightsRollupJob.command(), "--table", nothing),
        nothing.toString(),
        "there is no table here",
        "check the path");
  }

  @Test
  void damagedByteInASegment() throws IOException {
    Path segment = segments().get(0);
    byte[] bytes = Files.readAllBytes(segment);
    int damaged = 0;
    // From header to footer; bytes that the rollup never reads can't change it.
    for (int at = 0; at < bytes.length; at += bytes.length / 12) {
      byte[] changed = bytes.clone();
      changed[at] ^= 0x10;
      Files.write(segment, changed);
      CommandRun run = rollup();
      if (run.exitCode() == 0) {
        assertThat(run.out()).isEqualTo(before);
      } else {
        damaged++;
        assertTold(run, segment.toString());
      }
    }
    assertThat(damaged).isPositive();
    Files.write(segment, bytes);
    assertTableIsAsBefore();
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.walk(table)) {
      return files.filter(file -> file.toString().endsWith(".vseg")).sorted().toList();
    }
  }

  @Test
  void wrongOptionsAreTwo() {
    assertThat(ingest("--table", table).exitCode()).isEqualTo(2);
    assertThat(ingest("--input", "a", "--table", table, "--parallelism", "0").exitCode())
        .isEqualTo(2);
    assertThat(ingest("--input", "a", "--table", table, "--checkpoint-interval", "soon").exitCode())
        .isEqualTo(2);
    CommandRun unknownKey = ingest("--input", "a", "--table", table, "--bucket-key", "airline");
    assertThat(unknownKey.exitCode()).isEqualTo(2);
    assertThat(unknownKey.err()).contains("'airline' is not in the schema");
  }

  @Test
  void helpNamesEveryOption() {
    CommandRun help = ingest("--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out())
        .contains("--input", "--table", "--fail-after", "--bucket-key", "Exit codes:\n");
  }
}
