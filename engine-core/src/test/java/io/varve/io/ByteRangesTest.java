package io.varve.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ByteRangesTest {

  /** Every length up to several words, equal or different in any one byte, at uneven places. */
  @Test
  void agreesWithTheJdkOnEveryByteOfEveryLength() {
    SplittableRandom random = new SplittableRandom(1);
    for (int length = 0; length <= 40; length++) {
      byte[] left = new byte[length + 7];
      random.nextBytes(left);
      byte[] right = Arrays.copyOfRange(left, 3, left.length);
      assertThat(ByteRanges.equal(left, 3, right, 0, length)).isTrue();
      for (int at = 0; at < length; at++) {
        right[at] ^= 0x40;
        assertThat(ByteRanges.equal(left, 3, right, 0, length)).isFalse();
        right[at] ^= 0x40;
      }
      right[length] ^= 1; // behind the range
      assertThat(ByteRanges.equal(left, 3, right, 0, length)).isTrue();
    }
  }
}
