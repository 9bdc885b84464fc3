package io.varve.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Writes the tables of a page anew from files of results, so that the page says what the files say.
 * A table stands between two comments: the first says what it is made of, the second is {@code <!--
 * end -->}.
 *
 * <ul>
 *   <li>{@code <!-- beside FILE -->}: every operation and subject, with ratios
 *   <li>{@code <!-- targets SUBJECT FILE17 FILE25 -->}: what has a target, and whether it was met
 *   <li>{@code <!-- forms FILE17 FILE25 -->}: what scalar and vector kernels do on both
 * </ul>
 *
 * <p>Files are in the directory that has the page's name.
 */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = "Writes the tables of docs/benchmarks.md anew from the files of results.")
final class ReportCommand implements Callable<Integer> {

  private static final String END = "<!-- end -->";
  private static final double WORSE_ON_17 = 1.6;

  @Option(
      names = "--page",
      paramLabel = "FILE",
      description = "The page (default: ${DEFAULT-VALUE}).")
  private Path page = Path.of("docs", "benchmarks.md");

  @Override
  public Integer call() throws IOException {
    Files.writeString(page, render(page));
    return 0;
  }

  /** Returns a page with its tables as the files are now. */
  static String render(Path page) throws IOException {
    Path directory = page.resolveSibling(page.getFileName().toString().replaceAll("\\.md$", ""));
    List<String> lines = new ArrayList<>();
    boolean inTable = false;
    for (String line : Files.readAllLines(page)) {
      if (inTable && !line.equals(END)) {
        continue;
      }
      inTable = false;
      lines.add(line);
      if (line.startsWith("<!-- ") && line.endsWith(" -->") && !line.equals(END)) {
        List<String> table = table(directory, line.substring(5, line.length() - 4).split(" ", -1));
        inTable = !table.isEmpty();
        lines.addAll(table);
      }
    }
    if (inTable) {
      throw new IOException(page + ": a table has no " + END);
    }
    return String.join("\n", lines) + "\n";
  }

  private static List<String> table(Path directory, String... words) throws IOException {
    if (words[0].equals("beside") && words.length == 2) {
      return beside(directory.resolve(words[1]));
    }
    if (words[0].equals("targets") && words.length == 4) {
      return targets(words[1], directory.resolve(words[2]), directory.resolve(words[3]));
    }
    if (words[0].equals("forms") && words.length == 3) {
      return forms(results(directory.resolve(words[1]), directory.resolve(words[2])));
    }
    return List.of();
  }

  private static List<String> beside(Path path) throws IOException {
    if (!Files.exists(path)) {
      return List.of("Not measured yet.");
    }
    ResultFile file = ResultFile.read(path);
    StringWriter text = new StringWriter();
    new Report(file.measurements()).print(new PrintWriter(text));
    List<String> lines = new ArrayList<>(text.toString().lines().toList());
    lines.add("");
    lines.add(source(path, file));
    return lines;
  }

  private static String source(Path path, ResultFile file) {
    return String.format(
        Locale.ROOT,
        "[All runs](benchmarks/%s): %s rows, %s, %s cores, %s, load %s at the start, commit %s.",
        path.getFileName(),
        Report.number(file.rows()),
        file.machine().getOrDefault("processor", "unknown processor"),
        file.machine().getOrDefault("cores", "?"),
        file.machine().getOrDefault("java", "unknown JVM"),
        file.machine().getOrDefault("load at start", "unknown"),
        file.machine().getOrDefault("commit", "unknown"));
  }

  /** Reads files, of which those that there are not have no measurements. */
  private static List<ResultFile> results(Path... paths) throws IOException {
    List<ResultFile> files = new ArrayList<>();
    for (Path path : paths) {
      files.add(
          Files.exists(path) ? ResultFile.read(path) : new ResultFile("", 0, Map.of(), List.of()));
    }
    return files;
  }

  private static List<String> forms(List<ResultFile> files) {
    List<String> lines = new ArrayList<>();
    lines.add("| row | what | scalar 17 | vector 17 | scalar 25 | vector 25 |");
    lines.add("|---|---|---|---|---|---|");
    files.stream()
        .flatMap(file -> file.measurements().stream())
        .map(Measurement::operation)
        .collect(
            Collectors.toMap(Operation::name, Operation::description, (a, b) -> a, TreeMap::new))
        .forEach(
            (name, description) -> {
              StringBuilder line = new StringBuilder("| " + name + " | " + description);
              for (ResultFile file : files) {
                for (String form : List.of("scalar", "vector")) {
                  line.append(" | ");
                  line.append(
                      file.find(form, name)
                          .map(found -> Report.number(found.median()))
                          .orElse("–"));
                }
              }
              lines.add(line + " |");
            });
    return lines;
  }

  private static List<String> targets(String subject, Path path17, Path path25) throws IOException {
    List<ResultFile> files = results(path17, path25);
    List<String> lines = new ArrayList<>();
    lines.add("| op | what | unit | target | JDK 17 | JDK 25 | on 17, 1.6 times as much | on 25 |");
    lines.add("|---|---|---|---|---|---|---|---|");
    Map<String, Operation> operations = new LinkedHashMap<>(); // a file may have its own target
    files.stream()
        .flatMap(file -> file.measurements().stream())
        .filter(each -> each.subject().equals(subject))
        .map(Measurement::operation)
        .filter(operation -> operation.target().isPresent())
        .forEach(operation -> operations.putIfAbsent(operation.name(), operation));
    if (operations.isEmpty()) {
      return List.of("Not measured yet.");
    }
    for (Operation operation : operations.values()) {
      double target = operation.target().getAsDouble();
      Optional<Measurement> on17 = files.get(0).find(subject, operation.name());
      Optional<Measurement> on25 = files.get(1).find(subject, operation.name());
      double eased = operation.unit().ease(target, WORSE_ON_17);
      lines.add(
          "| "
              + String.join(
                  " | ",
                  operation.name(),
                  operation.description(),
                  operation.unit().symbol(),
                  Report.number(target),
                  on17.map(Report::cell).orElse("–"),
                  on25.map(Report::cell).orElse("–"),
                  verdict(on17, eased),
                  verdict(on25, targetOf(on25, target)))
              + " |");
    }
    return lines;
  }

  private static double targetOf(Optional<Measurement> found, double otherwise) {
    return found
        .map(measurement -> measurement.operation().target().orElse(otherwise))
        .orElse(otherwise);
  }

  private static String verdict(Optional<Measurement> found, double target) {
    return found
        .map(
            measurement -> {
              Unit unit = measurement.operation().unit();
              return unit.meets(measurement.median(), target)
                  ? "met"
                  : String.format(
                      Locale.ROOT,
                      "missed, %.2f times",
                      unit.timesWorse(measurement.median(), target));
            })
        .orElse("not measured");
  }
}
