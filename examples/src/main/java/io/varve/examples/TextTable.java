package io.varve.examples;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table of text with aligned columns. Confined to one thread. */
final class TextTable {

  private final List<Boolean> left = new ArrayList<>();
  private final List<List<String>> lines = new ArrayList<>();

  private TextTable() {}

  /** Starts a table; a title that begins with {@code <} stands left, others right. */
  static TextTable of(String... titles) {
    TextTable table = new TextTable();
    List<String> header = new ArrayList<>();
    for (String title : titles) {
      boolean stands = title.startsWith("<");
      table.left.add(stands);
      header.add(stands ? title.substring(1) : title);
    }
    table.lines.add(header);
    return table;
  }

  /** Adds a line; whole numbers get thousands separators, others two decimals. */
  TextTable row(Object... cells) {
    if (cells.length != left.size()) {
      throw new IllegalArgumentException(cells.length + " cells for " + left.size() + " columns");
    }
    List<String> line = new ArrayList<>();
    for (Object cell : cells) {
      line.add(format(cell));
    }
    lines.add(line);
    return this;
  }

  private static String format(Object cell) {
    if (cell instanceof Long || cell instanceof Integer) {
      return String.format(Locale.ROOT, "%,d", ((Number) cell).longValue());
    }
    return cell instanceof Double fraction
        ? String.format(Locale.ROOT, "%,.2f", fraction)
        : cell.toString();
  }

  /** Prints all lines, a rule below the first. */
  void print(PrintWriter out) {
    int[] widths = new int[left.size()];
    for (List<String> line : lines) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], line.get(column).length());
      }
    }
    for (int index = 0; index < lines.size(); index++) {
      out.println(line(lines.get(index), widths));
      if (index == 0) {
        List<String> rule = new ArrayList<>();
        for (int width : widths) {
          rule.add("-".repeat(width));
        }
        out.println(line(rule, widths));
      }
    }
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String padding = " ".repeat(widths[column] - cells.get(column).length());
      line.append(column == 0 ? "  " : "   ");
      line.append(left.get(column) ? cells.get(column) + padding : padding + cells.get(column));
    }
    return line.toString().stripTrailing();
  }
}
