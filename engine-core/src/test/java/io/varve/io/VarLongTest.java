package io.varve.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Numbers in 1 to 10 bytes. */
class VarLongTest {

  private static BytesReader reader(byte[] bytes) {
    return new BytesReader("numbers", bytes);
  }

  @Test
  void everyWidthComesBack() throws CorruptFileException {
    Random random = new Random(1);
    for (int bits = 0; bits <= 64; bits++) {
      for (int n = 0; n < 100; n++) {
        long value = bits == 0 ? 0 : random.nextLong() >>> (64 - bits);
        byte[] bytes = new BytesWriter(1).writeVarLong(value).toByteArray();
        int significant = 64 - Long.numberOfLeadingZeros(value | 1);
        assertThat(bytes).hasSize((significant + 6) / 7);
        BytesReader in = reader(bytes);
        assertThat(in.readVarLong()).isEqualTo(value);
        in.expectEnd();
        BytesReader cut = reader(Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(cut::readVarLong).isInstanceOf(CorruptFileException.class);
      }
    }
  }

  @Test
  void whatIsTooLongIsRefused() {
    byte[] endless = new byte[11];
    Arrays.fill(endless, (byte) 0x80);
    assertThatThrownBy(() -> reader(endless).readVarLong())
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("at most 10 bytes");
    for (long length : new long[] {3, Integer.MAX_VALUE, 1L << 40, -1}) {
      byte[] bytes = new BytesWriter(16).writeVarLong(length).writeShort(7).toByteArray();
      assertThatThrownBy(() -> reader(bytes).readVarLength())
          .isInstanceOf(CorruptFileException.class)
          .hasMessageContaining("a length between 0 and 2");
    }
  }
}
