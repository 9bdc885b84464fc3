package io.varve.segment;

import io.varve.io.BytesReader;
import io.varve.io.Checksums;
import io.varve.io.CorruptFileException;
import io.varve.io.InputFile;
import io.varve.io.UnsupportedVersionException;
import java.io.IOException;

/** Reads checked parts of a segment, those near its end from the bytes read first. Confined. */
final class SegmentFile {

  private final InputFile file;
  private final long fileBytes;
  private final byte[] tail;
  private final long tailOffset;
  private long heldBytes;

  private SegmentFile(InputFile file, long fileBytes, byte[] tail) {
    this.file = file;
    this.fileBytes = fileBytes;
    this.tail = tail;
    this.tailOffset = fileBytes - tail.length;
    this.heldBytes = tail.length;
  }

  static SegmentFile open(InputFile file) throws IOException {
    long fileBytes = file.length();
    if (fileBytes < SegmentFormat.HEADER_BYTES + SegmentFormat.TRAILER_BYTES) {
      throw new CorruptFileException(
          file.name()
              + ": is "
              + fileBytes
              + " bytes long, too short for a segment; "
              + SegmentFormat.REMEDY);
    }
    byte[] tail = new byte[(int) Math.min(fileBytes, SegmentFormat.TAIL_READ_BYTES)];
    file.read(fileBytes - tail.length, tail, 0, tail.length);
    return new SegmentFile(file, fileBytes, tail);
  }

  String name() {
    return file.name();
  }

  SegmentFooter readFooter() throws IOException {
    int trailerStart = tail.length - SegmentFormat.TRAILER_BYTES;
    long trailerOffset = fileBytes - SegmentFormat.TRAILER_BYTES;
    BytesReader trailer =
        new BytesReader(name(), trailerOffset, tail, trailerStart, SegmentFormat.TRAILER_BYTES);
    int length = trailer.readInt();
    int version = trailer.readShort();
    int zero = trailer.readShort();
    int checksum = trailer.readInt();
    if (trailer.readInt() != SegmentFormat.TRAILER_MAGIC) {
      throw damaged(trailerOffset + 12, "the magic GESV", "other bytes");
    }
    long limit =
        Math.min(trailerOffset - SegmentFormat.HEADER_BYTES, SegmentFormat.MAX_FOOTER_BYTES);
    if (length < 0 || length > limit) {
      throw damaged(
          trailerOffset, "a footer of at most " + limit + " bytes", String.valueOf(length));
    }
    long footerOffset = trailerOffset - length;
    byte[] footer = read(footerOffset, length + 8);
    int computed = Checksums.crc32c(footer, 0, footer.length);
    if (computed != checksum) {
      throw damaged(footerOffset, Checksums.describe(checksum), Checksums.describe(computed));
    }
    if (version != SegmentFormat.VERSION) {
      throw new UnsupportedVersionException(
          name()
              + ": has segment format version "
              + version
              + ", this release reads version "
              + SegmentFormat.VERSION
              + "; read it with the release that wrote it or a later one");
    }
    if (zero != 0) {
      throw damaged(trailerOffset + 6, "zero", String.valueOf(zero));
    }
    BytesReader in = new BytesReader(name(), footerOffset, footer, 0, length);
    return SegmentFooter.read(in, footerOffset, fileBytes);
  }

  /** Reads the bytes of a part and checks the checksum at its end. */
  BytesReader readChecked(ColumnEntry.Extent extent) throws IOException {
    if (extent.length() < SegmentFormat.CHECKSUM_BYTES || extent.length() > Integer.MAX_VALUE) {
      throw damaged(extent.offset(), "a part with a checksum", extent.length() + " bytes");
    }
    byte[] bytes = read(extent.offset(), (int) extent.length());
    return checked(bytes, 0, bytes.length, extent.offset());
  }

  /** Checks the checksum at the end of bytes and returns a reader of what is before it. */
  BytesReader checked(byte[] bytes, int start, int length, long offset)
      throws CorruptFileException {
    int dataLength = length - SegmentFormat.CHECKSUM_BYTES;
    int computed = Checksums.crc32c(bytes, start, dataLength);
    int stored = new BytesReader(name(), offset, bytes, start + dataLength, 4).readInt();
    if (computed != stored) {
      throw damaged(offset, Checksums.describe(stored), Checksums.describe(computed));
    }
    return new BytesReader(name(), offset, bytes, start, dataLength);
  }

  /** Returns a reader of bytes that agreed with the checksum at their end when first read. */
  BytesReader unchecked(byte[] bytes, int start, int length, long offset) {
    return new BytesReader(name(), offset, bytes, start, length - SegmentFormat.CHECKSUM_BYTES);
  }

  /** Returns whether reading ahead saves nothing. */
  boolean isCheapToRead() {
    return file.isCheapToRead();
  }

  /** Takes note of heap that readers of the file's parts hold from now on. */
  void hold(long bytes) {
    heldBytes += bytes;
  }

  /** Returns about how many bytes of heap hold what was read of the file. */
  long heldBytes() {
    return heldBytes;
  }

  /** Reads bytes, which must lie within the file. */
  byte[] read(long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    read(offset, bytes, length);
    return bytes;
  }

  /** Reads bytes, which must lie within the file, to the start of an array. */
  void read(long offset, byte[] into, int length) throws IOException {
    if (offset >= tailOffset) {
      System.arraycopy(tail, (int) (offset - tailOffset), into, 0, length);
    } else {
      file.read(offset, into, 0, length);
    }
  }

  CorruptFileException damaged(long offset, String expected, String found) {
    return new CorruptFileException(
        name()
            + ": damaged at byte "
            + offset
            + ": expected "
            + expected
            + ", found "
            + found
            + "; "
            + SegmentFormat.REMEDY);
  }

  void close() throws IOException {
    file.close();
  }
}
