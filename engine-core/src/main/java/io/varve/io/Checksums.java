package io.varve.io;

import java.util.HexFormat;
import java.util.zip.CRC32C;

/** CRC32C (Castagnoli, as in RFC 3720), which covers every byte on disk. Thread-safe. */
public final class Checksums {

  private Checksums() {}

  /** Returns the CRC32C of a part of an array. */
  public static int crc32c(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  /** Returns a checksum as messages show it: in eight hexadecimal digits. */
  public static String describe(int checksum) {
    return "checksum " + HexFormat.of().toHexDigits(checksum);
  }
}
