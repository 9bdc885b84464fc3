package io.varve.io;

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
}
