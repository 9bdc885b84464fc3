package io.varve.cli;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import java.io.PrintWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints rows as CSV with a header; nothing is null, an empty text in quotes is empty. */
final class CsvPrinter implements RowPrinter {

  private final Writer out;
  private final CsvWriter csv;

  CsvPrinter(PrintWriter out, List<String> columns) {
    this((Writer) out, columns);
  }

  CsvPrinter(Writer out, List<String> columns) {
    this.out = out;
    this.csv =
        CsvWriter.builder()
            .quoteStrategy(QuoteStrategies.EMPTY)
            .lineDelimiter(LineDelimiter.LF)
            .build(out);
    csv.writeRecord(columns);
  }

  @Override
  public void row(List<@Nullable Object> values) {
    List<@Nullable String> texts = new ArrayList<>(values.size());
    for (Object value : values) {
      texts.add(text(value));
    }
    csv.writeRecord(texts.toArray(String[]::new));
  }

  private static @Nullable String text(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
  }

  @Override
  public void close() throws java.io.IOException {
    csv.flush();
    out.flush();
  }
}
