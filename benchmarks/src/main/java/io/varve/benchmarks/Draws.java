package io.varve.benchmarks;

/** Draws numbers by a distribution in constant time (Vose's alias method). Immutable. */
final class Draws {

  private static final int THRESHOLD_BITS = 16;

  private final int[] thresholds;
  private final int[] aliases;

  private Draws(double[] weights) {
    int size = weights.length;
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    thresholds = new int[size];
    aliases = new int[size];
    double[] scaled = new double[size];
    int[] small = new int[size];
    int[] large = new int[size];
    int smalls = 0;
    int larges = 0;
    for (int i = 0; i < size; i++) {
      scaled[i] = weights[i] * size / sum;
      if (scaled[i] < 1) {
        small[smalls++] = i;
      } else {
        large[larges++] = i;
      }
    }
    while (smalls > 0 && larges > 0) {
      int less = small[--smalls];
      int more = large[larges - 1];
      thresholds[less] = (int) (scaled[less] * (1 << THRESHOLD_BITS));
      aliases[less] = more;
      scaled[more] -= 1 - scaled[less];
      if (scaled[more] < 1) {
        small[smalls++] = more;
        larges--;
      }
    }
    while (larges > 0) {
      thresholds[large[--larges]] = 1 << THRESHOLD_BITS;
    }
    while (smalls > 0) {
      thresholds[small[--smalls]] = 1 << THRESHOLD_BITS;
    }
  }

  /** Returns a distribution where number {@code i} has the weight {@code 1 / (i + 1)}. */
  static Draws zipf(int size) {
    double[] weights = new double[size];
    for (int i = 0; i < size; i++) {
      weights[i] = 1.0 / (i + 1);
    }
    return new Draws(weights);
  }

  /** Returns a number, from the upper 48 bits of {@code bits} that are random. */
  int draw(long bits) {
    int place = (int) (((bits >>> 32) * thresholds.length) >>> 32);
    int chance = (int) (bits >>> 16) & (1 << THRESHOLD_BITS) - 1;
    return chance < thresholds[place] ? place : aliases[place];
  }
}
