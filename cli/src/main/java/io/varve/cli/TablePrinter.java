package io.varve.cli;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Prints rows as a table with aligned columns. The widths are those of the first {@value
 * #ROWS_MEASURED} rows, so that a long result is printed as it comes.
 */
final class TablePrinter implements RowPrinter {

  private static final int ROWS_MEASURED = 1000;
  private static final int MAX_WIDTH = 120;
  private static final int GROUP = 3;

  private final PrintWriter out;
  private final List<String> columns;
  private final int[] widths;
  private final boolean[] numeric;
  private List<List<@Nullable Object>> waiting = new ArrayList<>();
  private boolean started;

  TablePrinter(PrintWriter out, List<String> columns) {
    this.out = out;
    this.columns = columns;
    this.widths = columns.stream().mapToInt(TablePrinter::width).toArray();
    this.numeric = new boolean[columns.size()];
  }

  @Override
  public void row(List<@Nullable Object> values) {
    if (started) {
      print(values);
      return;
    }
    waiting.add(new ArrayList<>(values));
    if (waiting.size() == ROWS_MEASURED) {
      start();
    }
  }

  private void start() {
    started = true;
    for (List<@Nullable Object> row : waiting) {
      for (int i = 0; i < widths.length; i++) {
        Object value = row.get(i);
        widths[i] = Math.min(MAX_WIDTH, Math.max(widths[i], width(text(value))));
        numeric[i] |= value instanceof Number;
      }
    }
    List<@Nullable Object> rule = new ArrayList<>();
    for (int width : widths) {
      rule.add("-".repeat(width));
    }
    print(new ArrayList<>(columns));
    print(rule);
    waiting.forEach(this::print);
    waiting = List.of();
  }

  private void print(List<@Nullable Object> row) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String text = text(row.get(i));
      String padding = " ".repeat(Math.max(0, widths[i] - width(text)));
      line.append(i == 0 ? "" : "  ");
      line.append(numeric[i] ? padding + text : text + padding);
    }
    out.println(line.toString().stripTrailing());
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Returns a value as people read it; a control character would break the lines. */
  private static String text(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    if (value instanceof Long || value instanceof Integer) {
      return grouped(value.toString());
    }
    if (value instanceof BigDecimal decimal) {
      return decimal.scale() == 0 ? grouped(decimal.toPlainString()) : decimal.toPlainString();
    }
    StringBuilder clean = new StringBuilder();
    String.valueOf(value)
        .codePoints()
        .map(c -> Character.isISOControl(c) ? '\u00b7' : c)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  /** Puts commas between thousands; a formatter takes longer to load than a command to run. */
  private static String grouped(String digits) {
    StringBuilder grouped = new StringBuilder(digits);
    int first = digits.startsWith("-") ? 1 : 0;
    for (int at = digits.length() - GROUP; at > first; at -= GROUP) {
      grouped.insert(at, ',');
    }
    return grouped.toString();
  }

  @Override
  public void close() {
    if (!started) {
      start();
    }
    out.flush();
  }
}
