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

  @Test
  void copiesWhatIsInTheRangeAndNothingElse() {
    SplittableRandom random = new SplittableRandom(2);
    for (int length = 0; length <= 40; length++) {
      byte[] from = new byte[length + 7];
      random.nextBytes(from);
      byte[] to = new byte[length + 9];
      random.nextBytes(to);
      byte[] expected = to.clone();
      System.arraycopy(from, 3, expected, 5, length);
      ByteRanges.copy(from, 3, to, 5, length);
      assertThat(to).isEqualTo(expected);
    }
  }

  /** Every bit of a value changes the lower bits of its hash, which tables are indexed by. */
  @Test
  void hashesEqualBytesAlikeAndOthersMostlyNot() {
    SplittableRandom random = new SplittableRandom(3);
    for (int length = 0; length <= 40; length++) {
      byte[] left = new byte[length + 7];
      random.nextBytes(left);
      byte[] right = Arrays.copyOfRange(left, 3, left.length);
      int hash = ByteRanges.hash(left, 3, length);
      assertThat(ByteRanges.hash(right, 0, length)).isEqualTo(hash);
      int alike = 0;
      for (int bit = 0; bit < 8 * length; bit++) {
        right[bit / 8] ^= (byte) (1 << bit % 8);
        alike += (ByteRanges.hash(right, 0, length) & 0xfff) == (hash & 0xfff) ? 1 : 0;
        right[bit / 8] ^= (byte) (1 << bit % 8);
      }
      assertThat(alike).isLessThanOrEqualTo(2);
    }
  }
}
