package io.varve.cli;

import java.io.PrintWriter;
import java.util.Locale;

/**
 * Tells on a terminal how far long work has come: how much, how fast, and how long it will take
 * where the whole is known. Silent where standard error is no terminal. Confined to one thread.
 */
final class Progress implements AutoCloseable {

  private static final long STEP_MILLIS = 500;
  private static final int CHECK_EVERY = 1024;

  private final String unit;
  private final PrintWriter err;
  private final boolean shown = System.console() != null;
  private final long startedMillis = System.currentTimeMillis();
  private long whole;
  private long done;
  private long calls;
  private long toldMillis = startedMillis;

  Progress(String unit, PrintWriter err) {
    this.unit = unit;
    this.err = err;
  }

  /** Sets how much there is to do. */
  Progress of(long amount) {
    whole = amount;
    return this;
  }

  /** Counts what has been done. */
  void add(long amount) {
    done += amount;
    if (shown && (amount > 1 || ++calls % CHECK_EVERY == 0)) {
      long now = System.currentTimeMillis();
      if (now - toldMillis >= STEP_MILLIS) {
        toldMillis = now;
        tell(now);
      }
    }
  }

  private void tell(long now) {
    double seconds = Math.max(1, now - startedMillis) / 1000.0;
    double rate = done / seconds;
    String left =
        whole > done && rate > 0
            ? String.format(
                Locale.ROOT, ", %.0f %%, %.0f s left", 100.0 * done / whole, (whole - done) / rate)
            : "";
    err.print(
        "\r" + String.format(Locale.ROOT, "%,d %s, %,.0f a second%s  ", done, unit, rate, left));
    err.flush();
  }

  /** Clears the line. */
  @Override
  public void close() {
    if (shown && toldMillis != startedMillis) {
      err.print("\r" + " ".repeat(78) + "\r");
      err.flush();
    }
  }
}
