package io.varve.examples;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints formatted lines, the same in every locale, each at once. */
record Lines(PrintWriter out) {

  /** Prints a line. */
  @FormatMethod
  void print(@FormatString String format, @Nullable Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
    out.flush();
  }

  /** Prints an empty line and a title. */
  void title(String title) {
    out.println();
    out.println(title);
    out.flush();
  }
}
