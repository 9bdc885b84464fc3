package io.varve.cli;

import java.io.PrintWriter;

/** Counts rows that don't fit, and ends a load that has too many. Confined to one thread. */
final class BadRows {

  private static final int MAX_SHOWN = 10;

  private final long most;
  private final PrintWriter err;
  private long count;

  BadRows(long most, PrintWriter err) {
    this.most = most;
    this.err = err;
  }

  /**
   * Takes note of one.
   *
   * @throws IllegalArgumentException if it is one too many
   */
  void add(String file, long line, String problem) {
    String message = file + ":" + line + ": " + problem;
    if (++count > most) {
      throw new IllegalArgumentException(
          message
              + (most == 0
                  ? "; nothing was loaded. Mend the file, or allow it by --max-bad-rows"
                  : "; nothing was loaded, these are more than " + most + " such rows"));
    }
    if (count <= MAX_SHOWN) {
      err.println("left out: " + message);
    }
  }

  long count() {
    return count;
  }
}
