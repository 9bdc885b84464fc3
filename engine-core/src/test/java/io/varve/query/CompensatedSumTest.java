package io.varve.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CompensatedSumTest {

  private static MeasureState.DoubleSum sum(double... values) {
    MeasureState.DoubleSum sum = new MeasureState.DoubleSum(0, 0, 0);
    for (double value : values) {
      sum = CompensatedSum.add(sum, new MeasureState.DoubleSum(1, value, 0));
    }
    return sum;
  }

  @Test
  void keepsWhatADoubleAloneLoses() {
    assertThat(sum(1e16, 1, -1e16).sum()).isEqualTo(1.0);
    assertThat(sum(1, 1e100, 1, -1e100).sum()).isEqualTo(2.0);
    assertThat(sum(0.1, 0.2, 0.3).sum()).isEqualTo(0.6);
    double[] tenths = new double[1000];
    Arrays.fill(tenths, 0.1);
    assertThat(sum(tenths).sum()).isEqualTo(100.0);
  }

  @Test
  void goesOnAsJavaDoesFromInfinitiesAndNaN() {
    double infinity = Double.POSITIVE_INFINITY;
    assertThat(sum(1, infinity, 2).sum()).isEqualTo(infinity);
    assertThat(sum(1, -infinity, 2).sum()).isEqualTo(-infinity);
    assertThat(sum(infinity, 1, -infinity).sum()).isNaN();
    assertThat(sum(Double.NaN, 1, infinity).sum()).isNaN();
    assertThat(sum(Double.MAX_VALUE, Double.MAX_VALUE, -1).sum()).isEqualTo(infinity);
  }

  /** As the addition of Java, and so that of Flink, does; in another order the sum is finite. */
  @Test
  void aRunningSumThatLeavesTheRangeStaysInfinite() {
    assertThat(sum(1e308, 1e308, -1e308).sum()).isEqualTo(1e308 + 1e308 - 1e308).isInfinite();
    assertThat(sum(1e308, -1e308, 1e308).sum()).isEqualTo(1e308);
  }
}
