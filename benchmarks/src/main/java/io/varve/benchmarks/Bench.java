package io.varve.benchmarks;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Takes measurements: warms up, runs, compares answers, keeps the results. Confined to one thread.
 */
public final class Bench {

  /** A run repeats an operation until it has lasted so long, and gives the average. */
  private static final long LEAST_RUN_NANOS = 10_000_000;

  private static final long MAX_REPEATS = 1_000_000;

  private final BenchOptions options;
  private final PrintWriter progress;
  private final List<Measurement> measurements = new ArrayList<>();
  private final Map<String, Measurement> firstAnswers = new HashMap<>();
  private final List<String> differences = new ArrayList<>();

  Bench(BenchOptions options, PrintWriter progress) {
    this.options = options;
    this.progress = progress;
  }

  /** Returns what was asked for. */
  public BenchOptions options() {
    return options;
  }

  /** Tells what is going on. */
  @FormatMethod
  public void progress(@FormatString String format, @Nullable Object... values) {
    progress.println("  " + String.format(Locale.ROOT, format, values));
    progress.flush();
  }

  /**
   * Measures how long an operation takes, if it was asked for. Short ones are repeated within a
   * run.
   *
   * @param body does it once and returns its answer, the same every time and for every subject
   * @throws IllegalStateException if a subject contradicts itself
   */
  public void measure(String subject, Operation operation, Callable<?> body) throws Exception {
    measure(subject, operation, options.rows(), body);
  }

  /**
   * Measures an operation, if it was asked for.
   *
   * @param rows that it goes through, for figures of rows per second
   */
  public void measure(String subject, Operation operation, long rows, Callable<?> body)
      throws Exception {
    if (!options.wants(operation)) {
      return;
    }
    List<Double> runs = new ArrayList<>();
    List<Double> cpu = new ArrayList<>();
    long maxNanos = (long) (options.maxSeconds() * 1e9);
    Stopwatch first = Stopwatch.start();
    String answer = String.valueOf(body.call());
    first.stop();
    if (first.nanos() > maxNanos) {
      runs.add(operation.unit().figure(first.nanos(), rows));
      cpu.add(first.cpuNanos() / 1e6);
    } else {
      long repeats = warmUp(first.nanos(), body);
      long start = System.nanoTime();
      while (runs.size() < options.runs()
          && (runs.isEmpty() || System.nanoTime() - start < maxNanos)) {
        Stopwatch watch = Stopwatch.start();
        for (long n = 0; n < repeats; n++) {
          requireSame(subject, operation, answer, String.valueOf(body.call()));
        }
        watch.stop();
        runs.add(operation.unit().figure((double) watch.nanos() / repeats, rows));
        cpu.add(watch.cpuNanos() / 1e6 / repeats);
      }
    }
    add(new Measurement(subject, operation, runs, Measurement.median(cpu), answer));
  }

  /** Returns whether an operation that began then has had all the time it may take. */
  boolean isLate(long startNanos) {
    return System.nanoTime() - startNanos > options.maxSeconds() * 1e9;
  }

  /** Warms up for the rest of the time and returns how often to repeat within a run. */
  private long warmUp(long firstNanos, Callable<?> body) throws Exception {
    long start = System.nanoTime() - firstNanos;
    long warmUp = (long) (options.warmUpSeconds() * 1e9);
    long last = firstNanos;
    while (System.nanoTime() - start < warmUp) {
      long before = System.nanoTime();
      body.call();
      last = System.nanoTime() - before;
    }
    return Math.max(1, Math.min(MAX_REPEATS, LEAST_RUN_NANOS / Math.max(1, last)));
  }

  private static void requireSame(
      String subject, Operation operation, String answer, String again) {
    if (!again.equals(answer)) {
      throw new IllegalStateException(
          subject + " answers " + operation.name() + " with " + answer + ", then " + again);
    }
  }

  /** Keeps runs that a suite timed itself, if they were asked for. */
  public void record(String subject, Operation operation, List<Double> runs, String answer) {
    if (options.wants(operation)) {
      add(new Measurement(subject, operation, runs, 0, answer));
    }
  }

  private void add(Measurement measurement) {
    measurements.add(measurement);
    progress(
        "%-16s %-10s %s %s%s",
        measurement.subject(),
        measurement.operation().name(),
        Report.cell(measurement),
        measurement.operation().unit().symbol(),
        measurement.cpuMillis() > 0
            ? ", " + Report.number(measurement.cpuMillis()) + " ms of processor time"
            : "");
    if (measurement.answer().isEmpty()) {
      return;
    }
    Measurement first = firstAnswers.putIfAbsent(measurement.operation().name(), measurement);
    if (first != null && !first.answer().equals(measurement.answer())) {
      differences.add(
          measurement.operation().name()
              + ": "
              + first.subject()
              + " answers "
              + first.answer()
              + ", "
              + measurement.subject()
              + " "
              + measurement.answer());
    }
  }

  /** Returns all measurements in the order in which they were taken. */
  public List<Measurement> measurements() {
    return List.copyOf(measurements);
  }

  /** Returns where subjects gave different answers, one line each; empty if nowhere. */
  public List<String> differences() {
    return List.copyOf(differences);
  }

  /**
   * Makes the system forget the pages of files that it holds in memory.
   *
   * @return false if that is not permitted: what follows is then not cold
   */
  public boolean dropPageCache() {
    try {
      Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");
      return true;
    } catch (IOException | SecurityException refused) {
      return false;
    }
  }
}
