package io.varve.tail;

import io.varve.io.BytesReader;
import io.varve.io.Checksums;
import io.varve.io.CorruptFileException;
import io.varve.io.InputFile;
import java.io.IOException;
import java.util.zip.CRC32C;

/** Goes through the frames of a tail in order and checks each. Confined. */
final class FrameScanner {

  private static final int READ_BYTES = 256 << 10;

  private final InputFile file;
  private final long limit;
  private byte[] buffer = new byte[0];
  private long bufferOffset;
  private int bufferBytes;
  private long position;

  /**
   * Starts at a frame end.
   *
   * @param limit where the last frame must end, at most the length of the file
   */
  FrameScanner(InputFile file, long from, long limit) {
    this.file = file;
    this.position = Math.max(from, TailFormat.HEADER_BYTES);
    this.bufferOffset = position;
    this.limit = limit;
  }

  /** Returns the end of the last frame that was read. */
  long position() {
    return position;
  }

  /** Returns whether there is more before the limit. */
  boolean hasNext() {
    return position < limit;
  }

  /**
   * Reads and checks the next frame.
   *
   * @throws CorruptFileException if it is damaged or reaches beyond the limit
   */
  FrameHead next() throws IOException {
    long left = limit - position;
    if (left < TailFormat.MIN_FRAME_BYTES) {
      throw damaged(file, position, "a frame", "only " + left + " bytes");
    }
    int start = require(TailFormat.FRAME_BODY, left);
    int length = new BytesReader(file.name(), position, buffer, start, 4).readInt();
    if (length < TailFormat.MIN_FRAME_BYTES || length > left) {
      throw damaged(file, position, "a frame of at most " + left + " bytes", length + " bytes");
    }
    if (length > TailFormat.MAX_UNCHECKED_BYTES) {
      checkLarge(file, position, length);
    }
    start = require(length, left);
    FrameHead head = parse(file, buffer, start, length, position);
    position += length;
    return head;
  }

  /** Checks a frame whose length is known and reads its head. */
  static FrameHead parse(InputFile file, byte[] bytes, int start, int length, long offset)
      throws CorruptFileException {
    BytesReader in = new BytesReader(file.name(), offset, bytes, start, length);
    int storedLength = in.readInt();
    int stored = in.readInt();
    int computed = checksum(bytes, start, length);
    if (storedLength != length) {
      throw damaged(file, offset, "a frame of " + length + " bytes", storedLength + " bytes");
    }
    if (stored != computed) {
      throw damaged(file, offset, Checksums.describe(stored), Checksums.describe(computed));
    }
    int body = length - TailFormat.TRAILER_BYTES;
    int trailer =
        new BytesReader(file.name(), offset + body, bytes, start + body, TailFormat.TRAILER_BYTES)
            .readInt();
    if (trailer != length) {
      throw damaged(file, offset + body, "the length " + length + " again", trailer + " bytes");
    }
    BytesReader head =
        new BytesReader(
            file.name(),
            offset + TailFormat.FRAME_BODY,
            bytes,
            start + TailFormat.FRAME_BODY,
            body - TailFormat.FRAME_BODY);
    return FrameHead.read(head, offset, body);
  }

  /** Checks a frame piece by piece, so that a damaged length takes no memory. */
  static void checkLarge(InputFile file, long position, int length) throws IOException {
    CRC32C crc = new CRC32C();
    byte[] piece = new byte[READ_BYTES];
    int stored = 0;
    for (long at = 0; at < length; at += piece.length) {
      int count = (int) Math.min(piece.length, length - at);
      file.read(position + at, piece, 0, count);
      if (at > 0) {
        crc.update(piece, 0, count);
      } else {
        stored = new BytesReader(file.name(), position, piece, 4, 4).readInt();
        crc.update(piece, 0, 4);
        crc.update(piece, TailFormat.FRAME_BODY, count - TailFormat.FRAME_BODY);
      }
    }
    int computed = (int) crc.getValue();
    if (stored != computed) {
      throw damaged(file, position, Checksums.describe(stored), Checksums.describe(computed));
    }
  }

  /** Returns the checksum of a frame: all of it but the checksum itself. */
  static int checksum(byte[] bytes, int start, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, start, 4);
    crc.update(bytes, start + TailFormat.FRAME_BODY, length - TailFormat.FRAME_BODY);
    return (int) crc.getValue();
  }

  static CorruptFileException damaged(InputFile file, long offset, String expected, String found) {
    return new CorruptFileException(
        file.name()
            + ": damaged at byte "
            + offset
            + ": expected "
            + expected
            + ", found "
            + found
            + "; "
            + TailFormat.REMEDY);
  }

  /** Makes sure that bytes from the position on are in the buffer; returns where. */
  private int require(int length, long left) throws IOException {
    long start = position - bufferOffset;
    if (start + length > bufferBytes) {
      int wanted = (int) Math.min(left, Math.max(length, READ_BYTES));
      if (buffer.length < wanted) {
        buffer = new byte[wanted];
      }
      bufferBytes = 0;
      file.read(position, buffer, 0, wanted);
      bufferOffset = position;
      bufferBytes = wanted;
      start = 0;
    }
    return (int) start;
  }
}
