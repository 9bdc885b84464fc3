package io.varve.tail;

import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.io.InputFile;
import io.varve.io.UnsupportedVersionException;
import java.io.IOException;
import java.util.UUID;

/**
 * The first bytes of a tail. Immutable.
 *
 * @param tableId of the table, or of a directory that stands alone
 * @param writer the unique number of the writer attempt that owns the file
 */
public record TailHeader(UUID tableId, long writer) {

  /** Appends the header. */
  void write(BytesWriter out) {
    int start = out.size();
    out.writeInt(TailFormat.MAGIC).writeShort(TailFormat.VERSION).writeShort(0);
    out.writeLong(tableId.getMostSignificantBits());
    out.writeLong(tableId.getLeastSignificantBits());
    out.writeLong(writer).writeChecksum(start);
  }

  /**
   * Reads the header of a tail.
   *
   * @throws CorruptFileException if it is damaged or incomplete
   * @throws UnsupportedVersionException if another release wrote it
   */
  public static TailHeader read(InputFile file) throws IOException {
    byte[] bytes = new byte[TailFormat.HEADER_BYTES];
    if (file.length() < bytes.length) {
      throw new CorruptFileException(
          file.name()
              + ": is "
              + file.length()
              + " bytes long, shorter than the header of a tail; "
              + TailFormat.REMEDY);
    }
    file.read(0, bytes, 0, bytes.length);
    BytesReader in = new BytesReader(file.name(), bytes);
    if (in.readInt() != TailFormat.MAGIC) {
      throw in.corrupt("the magic VTAL", "other bytes");
    }
    int version = in.readShort();
    int zero = in.readShort();
    UUID tableId = new UUID(in.readLong(), in.readLong());
    long writer = in.readLong();
    in.expectChecksum(0);
    if (version != TailFormat.VERSION) {
      throw new UnsupportedVersionException(
          file.name()
              + ": has tail format version "
              + version
              + ", this release reads version "
              + TailFormat.VERSION
              + "; read it with the release that wrote it or a later one");
    }
    if (zero != 0) {
      throw in.corrupt("zero at byte 6", String.valueOf(zero));
    }
    return new TailHeader(tableId, writer);
  }
}
