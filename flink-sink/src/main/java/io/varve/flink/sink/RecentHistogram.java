package io.varve.flink.sink;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Arrays;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.HistogramStatistics;

/** The last {@value #SIZE} values, of which statistics are made when asked for. Thread-safe. */
final class RecentHistogram implements Histogram {

  private static final int SIZE = 1024;

  @GuardedBy("this")
  private final long[] values = new long[SIZE];

  @GuardedBy("this")
  private long count;

  @Override
  public synchronized void update(long value) {
    values[(int) (count++ % SIZE)] = value;
  }

  /** Adds the time since a moment, in microseconds. */
  void updateSince(long startNanos) {
    update((System.nanoTime() - startNanos) / 1000);
  }

  @Override
  public synchronized long getCount() {
    return count;
  }

  @Override
  public synchronized HistogramStatistics getStatistics() {
    return new Sorted(Arrays.copyOf(values, (int) Math.min(count, SIZE)));
  }

  /** Statistics of some values. Immutable. */
  private static final class Sorted extends HistogramStatistics {

    private final long[] sorted;

    Sorted(long[] values) {
      Arrays.sort(values);
      sorted = values;
    }

    @Override
    public double getQuantile(double quantile) {
      if (sorted.length == 0) {
        return 0;
      }
      double place = Math.min(Math.max(quantile, 0), 1) * (sorted.length - 1);
      int below = (int) place;
      int above = Math.min(below + 1, sorted.length - 1);
      return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    @Override
    public long[] getValues() {
      return sorted.clone();
    }

    @Override
    public int size() {
      return sorted.length;
    }

    @Override
    public double getMean() {
      return Arrays.stream(sorted).average().orElse(0);
    }

    @Override
    public double getStdDev() {
      double mean = getMean();
      return Math.sqrt(
          Arrays.stream(sorted).mapToDouble(v -> (v - mean) * (v - mean)).average().orElse(0));
    }

    @Override
    public long getMax() {
      return sorted.length == 0 ? 0 : sorted[sorted.length - 1];
    }

    @Override
    public long getMin() {
      return sorted.length == 0 ? 0 : sorted[0];
    }
  }
}
