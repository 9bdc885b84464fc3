package io.varve.benchmarks;

import java.nio.charset.StandardCharsets;

/** Text the same everywhere, and as bytes. */
final class Text {

  private static final byte[] BASE_32 =
      "0123456789ABCDEFGHJKMNPQRSTVWXYZ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BASE_16 = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private Text() {}

  /** Writes the lowest bits in base 16. */
  static void hex(long bits, int digits, byte[] out, int at) {
    for (int i = digits - 1; i >= 0; i--) {
      out[at + i] = BASE_16[(int) bits & 15];
      bits >>>= 4;
    }
  }

  /** Writes the lowest bits in base 32 without the letters I, L, O and U. */
  static void base32(long bits, int digits, byte[] out, int at) {
    for (int i = digits - 1; i >= 0; i--) {
      out[at + i] = BASE_32[(int) bits & 31];
      bits >>>= 5;
    }
  }
}
