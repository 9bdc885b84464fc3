package io.varve.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A wrong answer must be told, and the table must say what was measured. */
class BenchTest {

  private static final Operation OPERATION = Operation.of("X", "some work", Unit.MILLIS);

  @TempDir private Path directory;

  private static Bench bench(String... arguments) {
    BenchOptions options = new BenchOptions();
    new CommandLine(options).parseArgs(arguments);
    return new Bench(options, new PrintWriter(new StringWriter()));
  }

  @Test
  void tellsDifferentAnswers() throws Exception {
    Bench bench = bench("--warm-up", "0", "--runs", "3");

    bench.measure("one", OPERATION, () -> 7);
    bench.measure("two", OPERATION, () -> 7);
    assertThat(bench.differences()).isEmpty();

    bench.measure("three", OPERATION, () -> 8);
    assertThat(bench.differences()).containsExactly("X: one answers 7, three 8");
    assertThat(bench.measurements()).hasSize(3).allMatch(found -> found.runs().size() == 3);
  }

  @Test
  void measuresOnlyWhatIsAskedFor() throws Exception {
    Bench bench = bench("--only", "Y");

    bench.measure("one", OPERATION, () -> 7);

    assertThat(bench.measurements()).isEmpty();
  }

  @Test
  void theTableHasMediansAndRatios() {
    StringWriter text = new StringWriter();
    Operation rate = Operation.of("R", "rows", Unit.ROWS_PER_SECOND).withTarget(1000);
    new Report(
            List.of(
                new Measurement("one", OPERATION, List.of(3.0, 1.0, 2.0), 0, ""),
                new Measurement("two", OPERATION, List.of(4.0), 0, ""),
                new Measurement("one", rate, List.of(500.0), 0, ""),
                new Measurement("two", rate, List.of(2000.0), 0, "")))
        .print(new PrintWriter(text));

    assertThat(text.toString().lines())
        .contains(
            "| X | ms | 2.00 [1.00–3.00] (1.00x) | 4.00 (2.00x) |  |",
            "| R | rows/s | 500 (4.00x) | 2000 (1.00x) | 1000 |");
  }

  @Test
  void aSuiteRunsFromTheCommandLineAndLeavesAFile() throws Exception {
    Path json = directory.resolve("out.json");
    StringWriter out = new StringWriter();

    int exit =
        VarveBench.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(new StringWriter()))
            .execute("generator", "--rows", "10k", "--runs", "2", "--json", json.toString());

    assertThat(exit).isZero();
    assertThat(out.toString()).contains("| G | rows/s |");
    assertThat(Files.readString(json)).contains("\"suite\" : \"generator\"", "\"runs\" : [");
  }

  @Test
  void aWrongNumberOfRowsIsRefused() {
    int exit =
        VarveBench.commandLine()
            .setErr(new PrintWriter(new StringWriter()))
            .execute("generator", "--rows", "many");

    assertThat(exit).isEqualTo(CommandLine.ExitCode.USAGE);
  }

  @Test
  void aLongOperationIsMeasuredOnce() throws Exception {
    Bench bench = bench("--warm-up", "9", "--runs", "5", "--max-seconds", "0");

    bench.measure("one", OPERATION, () -> 7);

    assertThat(bench.measurements().get(0).runs()).hasSize(1);
  }

  @Test
  void resultsAreReadAsTheyWereWritten() throws Exception {
    Path json = directory.resolve("out.json");
    Bench bench = bench("--warm-up", "0", "--runs", "2", "--rows", "20k");
    bench.measure("one", OPERATION.withTarget(5), () -> 7);
    bench.record("two", OPERATION, List.of(3.0, 4.0), "7");

    JsonReport.write(json, "some", bench, Map.of("java", "a JVM"));

    ResultFile read = ResultFile.read(json);
    assertThat(read.suite()).isEqualTo("some");
    assertThat(read.rows()).isEqualTo(20_000);
    assertThat(read.machine()).containsEntry("java", "a JVM");
    assertThat(read.measurements()).isEqualTo(bench.measurements());
  }

  @Test
  void tablesOfAPageAreMadeOfFiles() throws Exception {
    Path files = Files.createDirectories(directory.resolve("page"));
    Bench bench = bench("--rows", "20k");
    bench.record("varve", OPERATION.withTarget(5), List.of(7.5), "");
    JsonReport.write(files.resolve("a.json"), "some", bench, Map.of());
    Path page = directory.resolve("page.md");
    Files.writeString(
        page, "# P\n<!-- targets varve a.json none.json -->\nold\n<!-- end -->\nafter\n");

    String made = ReportCommand.render(page);

    assertThat(made).doesNotContain("old").endsWith("<!-- end -->\nafter\n");
    assertThat(made).contains("| X | some work | ms | 5.00 | 7.50 | – | met | not measured |");
    Files.writeString(page, made);
    assertThat(ReportCommand.render(page)).isEqualTo(made);
  }

  @Test
  void theRecordedPageSaysWhatTheFilesSay() throws Exception {
    Path page = Path.of("..", "docs", "benchmarks.md");

    assertThat(Files.readString(page)).isEqualTo(ReportCommand.render(page));
  }

  @Test
  void chartsHaveABarForEachFigure() {
    Operation rate = Operation.of("R", "rows", Unit.ROWS_PER_SECOND);
    ResultFile file =
        new ResultFile(
            "events",
            1000,
            Map.of(),
            List.of(
                new Measurement("one", OPERATION, List.of(3.0), 0, ""),
                new Measurement("two", OPERATION, List.of(30.0), 0, ""),
                new Measurement("one", rate, List.of(500.0), 0, ""),
                new Measurement("two", rate, List.of(50_000.0), 0, "")));

    String svg = ChartCommand.chart(file);

    assertThat(svg)
        .contains("X: some work", "3.00 ms", "30.0 ms", "50k rows/s")
        .endsWith("</svg>\n");
    assertThat(ChartCommand.growth(List.of(file))).doesNotContain("NaN");
  }
}
