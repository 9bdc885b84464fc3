package io.varve.benchmarks;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of rows, such as {@code 10M} or {@code 250k}. */
final class RowCount implements ITypeConverter<Long> {

  @Override
  public Long convert(String text) {
    String number = text.strip().replace("_", "").toLowerCase(Locale.ROOT);
    long unit = number.endsWith("m") ? 1_000_000 : number.endsWith("k") ? 1000 : 1;
    try {
      long count = Long.parseLong(unit == 1 ? number : number.substring(0, number.length() - 1));
      if (count > 0) {
        return Math.multiplyExact(count, unit);
      }
    } catch (NumberFormatException | ArithmeticException wrong) {
      // told below
    }
    throw new TypeConversionException("'" + text + "' is no number of rows, such as 10M or 250k");
  }
}
