package io.varve.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Tells on a terminal how far long work has come: how much, how fast, and how long it will take
 * where the whole is known. Silent where there is no terminal. Confined to one thread.
 */
final class Progress implements AutoCloseable {

  private static final long STEP_MILLIS = 500;
  private static final int CHECK_EVERY = 1024;

  private final String unit;
  private final PrintWriter err;
  private final boolean shown;
  private final LongSupplier clockMillis;
  private final long startedMillis;
  private DoubleSupplier share;
  private long done;
  private long calls;
  private long toldMillis;

  Progress(String unit, PrintWriter err) {
    this(unit, err, System.console() != null, System::currentTimeMillis);
  }

  Progress(String unit, PrintWriter err, boolean shown, LongSupplier clockMillis) {
    this.unit = unit;
    this.err = err;
    this.shown = shown;
    this.clockMillis = clockMillis;
    this.startedMillis = clockMillis.getAsLong();
    this.toldMillis = startedMillis;
    this.share = () -> 0;
  }

  /** Sets how much there is to do. */
  Progress of(long amount) {
    return by(() -> (double) done / Math.max(1, amount));
  }

  /** Sets who knows which share has been done, from 0 (also where nobody knows) to 1. */
  Progress by(DoubleSupplier part) {
    share = part;
    return this;
  }

  /** Counts what has been done. */
  void add(long amount) {
    done += amount;
    if (shown && (amount > 1 || ++calls % CHECK_EVERY == 0)) {
      long now = clockMillis.getAsLong();
      if (now - toldMillis >= STEP_MILLIS) {
        toldMillis = now;
        tell(now);
      }
    }
  }

  private void tell(long now) {
    double seconds = Math.max(1, now - startedMillis) / 1000.0;
    double part = share.getAsDouble();
    String left =
        part > 0 && part < 1
            ? String.format(
                Locale.ROOT, ", %.0f %%, %.0f s left", 100 * part, seconds * (1 - part) / part)
            : "";
    err.print(
        "\r"
            + String.format(
                Locale.ROOT, "%,d %s, %,.0f a second%s  ", done, unit, done / seconds, left));
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
