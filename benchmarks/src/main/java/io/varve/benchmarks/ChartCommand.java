package io.varve.benchmarks;

import io.varve.benchmarks.SvgChart.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws what files of results say. */
@Command(
    name = "chart",
    mixinStandardHelpOptions = true,
    description = "Draws an SVG picture of each file that --json wrote, with the file's name.")
final class ChartCommand implements Callable<Integer> {

  private static final List<String> GROWING = List.of("W1", "A1rows", "A2hot", "A4", "A7");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where pictures go (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("docs", "images");

  @Option(
      names = "--growth",
      paramLabel = "NAME",
      description = "Draw one picture of this name: how figures grow with the rows of the files.")
  private String growth = "";

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files of results.")
  private List<Path> files = List.of();

  @Override
  public Integer call() throws IOException {
    Files.createDirectories(out);
    Map<Path, ResultFile> results = new LinkedHashMap<>();
    for (Path file : files) {
      results.put(file, ResultFile.read(file));
    }
    if (!growth.isEmpty()) {
      Files.writeString(out.resolve(growth + ".svg"), growth(new ArrayList<>(results.values())));
      return 0;
    }
    for (Map.Entry<Path, ResultFile> each : results.entrySet()) {
      String name = Objects.requireNonNull(each.getKey().getFileName()).toString();
      Path picture = out.resolve(name.replaceAll("\\.json$", "") + ".svg");
      Files.writeString(picture, chart(each.getValue()));
    }
    return 0;
  }

  /** Returns a picture of one file. */
  static String chart(ResultFile file) {
    String title =
        switch (file.suite()) {
          case "sink" -> "A job that writes usage events";
          case "rollup" -> "A job that rolls usage events up";
          default -> "Suite " + file.suite();
        };
    String about =
        String.format(
            Locale.ROOT,
            "%s, %s rows, %s: times worse than the best, shorter is better",
            title,
            Report.number(file.rows()),
            file.machine().getOrDefault("java", ""));
    List<Operation> operations =
        file.measurements().stream()
            .map(Measurement::operation)
            .distinct()
            .filter(operation -> file.subjects().size() == 1 || isCompared(file, operation))
            .toList();
    List<Series> series = new ArrayList<>();
    for (String subject : file.subjects()) {
      List<Double> values = new ArrayList<>();
      List<String> labels = new ArrayList<>();
      for (Operation operation : operations) {
        Measurement found = file.find(subject, operation.name()).orElse(null);
        values.add(found == null ? Double.NaN : timesWorse(file, found));
        labels.add(
            found == null ? "" : Report.number(found.median()) + " " + operation.unit().symbol());
      }
      series.add(new Series(subject, values, labels));
    }
    List<String> names =
        operations.stream()
            .map(operation -> operation.name() + ": " + operation.description())
            .toList();
    return SvgChart.bars(about, names, series);
  }

  private static boolean isCompared(ResultFile file, Operation operation) {
    return file.measurements().stream().filter(each -> each.operation().equals(operation)).count()
        > 1;
  }

  private static double timesWorse(ResultFile file, Measurement measurement) {
    Operation operation = measurement.operation();
    double best =
        file.measurements().stream()
            .filter(each -> each.operation().equals(operation))
            .mapToDouble(Measurement::median)
            .reduce(operation.unit()::better)
            .orElseThrow();
    return operation.unit().timesWorse(measurement.median(), best);
  }

  /** Returns a picture of how the cost of each operation grows with the rows. */
  static String growth(List<ResultFile> files) {
    List<Double> rows = files.stream().map(file -> (double) file.rows()).toList();
    List<Series> series = new ArrayList<>();
    for (String name : GROWING) {
      List<Double> values = new ArrayList<>();
      List<String> labels = new ArrayList<>();
      String unit = "";
      for (ResultFile file : files) {
        Measurement found = file.find("varve", name).orElse(null);
        double median = found == null ? Double.NaN : found.median();
        boolean rate = found != null && found.operation().unit() == Unit.ROWS_PER_SECOND;
        double millis = rate ? file.rows() * 1e3 / median : median;
        values.add(millis);
        labels.add(Double.isNaN(millis) ? "" : Report.number(millis));
        unit = found == null ? unit : found.operation().description();
      }
      series.add(new Series(name + ": " + unit, values, labels));
    }
    List<Double> heaps = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (ResultFile file : files) {
      double heap = file.find("varve", "heap").map(Measurement::median).orElse(Double.NaN);
      heaps.add(heap);
      labels.add(Double.isNaN(heap) ? "" : Report.number(heap) + " MiB");
    }
    series.add(new Series("live heap, MiB", heaps, labels));
    return SvgChart.lines("Varve from 1M rows up: milliseconds by rows", rows, series);
  }
}
