package io.varve.benchmarks;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Results as a table in Markdown: a line for each operation, a column for each subject. */
final class Report {

  private final Set<String> subjects = new LinkedHashSet<>();
  private final Map<Operation, Map<String, Measurement>> lines = new LinkedHashMap<>();

  Report(List<Measurement> measurements) {
    for (Measurement measurement : measurements) {
      subjects.add(measurement.subject());
      lines
          .computeIfAbsent(measurement.operation(), operation -> new LinkedHashMap<>())
          .put(measurement.subject(), measurement);
    }
  }

  /** Prints median, least and greatest run, and how many times worse than the best that is. */
  void print(PrintWriter out) {
    boolean targets = lines.keySet().stream().anyMatch(line -> line.target().isPresent());
    List<String> header = new ArrayList<>(List.of("op", "unit"));
    header.addAll(subjects);
    if (targets) {
      header.add("target");
    }
    out.println("| " + String.join(" | ", header) + " |");
    out.println("|" + "---|".repeat(header.size()));
    lines.forEach(
        (operation, bySubject) -> {
          List<String> cells = new ArrayList<>();
          cells.add(operation.name());
          cells.add(operation.unit().symbol());
          cells.addAll(cells(operation, bySubject));
          if (targets) {
            cells.add(
                operation.target().isPresent() ? number(operation.target().getAsDouble()) : "");
          }
          out.println("| " + String.join(" | ", cells) + " |");
        });
    out.flush();
  }

  private List<String> cells(Operation operation, Map<String, Measurement> bySubject) {
    double best =
        bySubject.values().stream()
            .mapToDouble(Measurement::median)
            .reduce(operation.unit()::better)
            .orElseThrow();
    List<String> cells = new ArrayList<>();
    for (String subject : subjects) {
      Measurement found = bySubject.get(subject);
      if (found == null) {
        cells.add("-");
      } else if (bySubject.size() == 1) {
        cells.add(cell(found));
      } else {
        double ratio = operation.unit().timesWorse(found.median(), best);
        cells.add(cell(found) + String.format(Locale.ROOT, " (%.2fx)", ratio));
      }
    }
    return cells;
  }

  /** Returns the median, and the spread if there were several runs. */
  static String cell(Measurement measurement) {
    String median = number(measurement.median());
    return measurement.runs().size() == 1
        ? median
        : median + " [" + number(measurement.min()) + "–" + number(measurement.max()) + "]";
  }

  static String number(double value) {
    double size = Math.abs(value);
    if (size >= 1e9) {
      return String.format(Locale.ROOT, "%.2fG", value / 1e9);
    }
    if (size >= 1e6) {
      return String.format(Locale.ROOT, "%.2fM", value / 1e6);
    }
    if (size >= 1e4) {
      return String.format(Locale.ROOT, "%.0fk", value / 1e3);
    }
    return String.format(
        Locale.ROOT,
        size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.4f",
        value);
  }
}
