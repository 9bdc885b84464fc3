package io.varve.query;

import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.Checksums;
import io.varve.io.CorruptFileException;
import io.varve.io.UnsupportedVersionException;

/**
 * The frame of everything this package serializes: a version of two bytes, the content, and a
 * CRC32C of all before. The checksum stays last in every version, so that damage and a newer
 * version are told apart.
 */
final class Envelope {

  private static final int VERSION_BYTES = 2;
  private static final int CHECKSUM_BYTES = 4;

  private Envelope() {}

  static BytesWriter start(int version) {
    return new BytesWriter(128).writeShort(version);
  }

  static byte[] seal(BytesWriter writer) {
    return writer.writeChecksum(0).toByteArray();
  }

  /** Checks version and checksum and returns a reader of the content. */
  static BytesReader open(String what, int version, byte[] bytes)
      throws CorruptFileException, UnsupportedVersionException {
    BytesReader reader = new BytesReader(what, bytes);
    if (bytes.length < VERSION_BYTES + CHECKSUM_BYTES) {
      throw reader.corrupt("at least 6 bytes", bytes.length + " bytes");
    }
    int contentEnd = bytes.length - CHECKSUM_BYTES;
    int stored = new BytesReader(what, contentEnd, bytes, contentEnd, CHECKSUM_BYTES).readInt();
    int computed = Checksums.crc32c(bytes, 0, contentEnd);
    if (stored != computed) {
      throw reader.corrupt(Checksums.describe(stored), Checksums.describe(computed));
    }
    int found = reader.readShort();
    if (found != version) {
      throw new UnsupportedVersionException(
          what + " has version " + found + ", this release reads " + version);
    }
    return new BytesReader(what, VERSION_BYTES, bytes, VERSION_BYTES, contentEnd - VERSION_BYTES);
  }
}
