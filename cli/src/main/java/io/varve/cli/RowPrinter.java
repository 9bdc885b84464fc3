package io.varve.cli;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Prints rows of a result. A value is text, a boolean, a number, null, or something whose {@code
 * toString} is to be printed. Confined to one thread.
 */
interface RowPrinter extends AutoCloseable {

  /** Prints a row, its values in the order of the columns. */
  void row(List<@Nullable Object> values) throws IOException;

  /** Prints a row. */
  default void row(@Nullable Object... values) throws IOException {
    row(java.util.Arrays.asList(values));
  }

  /** Prints what ends a result. */
  @Override
  void close() throws IOException;
}
