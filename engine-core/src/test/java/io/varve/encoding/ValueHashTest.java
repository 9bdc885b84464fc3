package io.varve.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The hash is on disk: another one would find nothing any more. */
class ValueHashTest {

  private static long hash(String text) {
    return ValueHash.of(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void isXxh64() {
    assertThat(hash("")).isEqualTo(0xEF46DB3751D8E999L);
    assertThat(hash("a")).isEqualTo(0xD24EC4F1A98C6E5BL);
    assertThat(hash("abc")).isEqualTo(0x44BC2CF5AD770999L);
    assertThat(hash("Nobody inspects the spammish repetition")).isEqualTo(0xFBCEA83C8A378BF1L);
  }

  @Test
  void looksAtEveryByteOfAnyLengthAndNoOther() {
    for (int length = 0; length < 100; length++) {
      byte[] bytes = new byte[length + 2];
      long hash = ValueHash.of(bytes, 1, length + 1);
      bytes[0] = 1;
      bytes[length + 1] = 1;
      assertThat(ValueHash.of(bytes, 1, length + 1)).isEqualTo(hash);
      for (int i = 1; i <= length; i++) {
        bytes[i] = 1;
        assertThat(ValueHash.of(bytes, 1, length + 1)).isNotEqualTo(hash);
        bytes[i] = 0;
      }
    }
  }

  @Test
  void anIntegerIsHashedAsItsBytes() {
    for (long value : new long[] {0, 1, -1, 4711, Long.MIN_VALUE, Long.MAX_VALUE}) {
      byte[] bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
      assertThat(ValueHash.of(value)).isEqualTo(ValueHash.of(bytes));
    }
  }
}
