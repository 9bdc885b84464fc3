package io.varve.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class Int128Test {

  private static final long[] LONGS = {
    0, 1, -1, 42, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 1, 1L << 32, -(1L << 63) + 1
  };

  @Test
  void addsAsBigIntegersDo() {
    for (long a : LONGS) {
      for (long b : LONGS) {
        Int128 sum = Int128.of(a).plus(Int128.of(b));
        assertThat(sum.toBigInteger()).isEqualTo(BigInteger.valueOf(a).add(BigInteger.valueOf(b)));
        assertThat(Int128.of(sum.toBigInteger())).isEqualTo(sum);
        assertThat(Int128.of(a).compareTo(Int128.of(b))).isEqualTo(Long.compare(a, b));
      }
    }
  }

  @Test
  void neverWraps() {
    Int128 greatest = new Int128(Long.MAX_VALUE, -1);
    assertThatThrownBy(() -> greatest.plus(Int128.of(1))).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> Int128.of(1).plus(Int128.of(Long.MAX_VALUE)).toLongExact())
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("9223372036854775808 does not fit");
    assertThat(greatest.plus(Int128.of(-1)).compareTo(greatest)).isNegative();
  }
}
