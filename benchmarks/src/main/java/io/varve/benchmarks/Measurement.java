package io.varve.benchmarks;

import java.util.List;

/**
 * The runs of one operation by one subject. Immutable.
 *
 * @param subject who did it
 * @param operation what was done
 * @param runs the figure of each run, in order; at least one
 * @param cpuMillis processor time of the whole process for one operation, a median; 0 if not taken
 * @param answer what came out, empty if nothing is compared
 */
public record Measurement(
    String subject, Operation operation, List<Double> runs, double cpuMillis, String answer) {

  /** Copies the runs. */
  public Measurement {
    runs = List.copyOf(runs);
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("no runs of " + operation.name() + " by " + subject);
    }
  }

  /** Returns the middle of the runs. */
  public double median() {
    return median(runs);
  }

  /** Returns the middle of some values. */
  public static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** Returns the least figure. */
  public double min() {
    return runs.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }

  /** Returns the greatest figure. */
  public double max() {
    return runs.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }
}
