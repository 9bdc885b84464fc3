package io.varve.tail;

import io.varve.io.BytesReader;
import io.varve.io.InputFile;
import java.io.IOException;

/**
 * Goes through one partition's frames in a range of a tail, the last first, and checks each: every
 * frame says where the one before it ends, so that those of other partitions in between are not
 * read. Confined.
 */
final class FrameChain {

  private static final int DENSE_READ_BYTES = 256 << 10;
  private static final int SPARSE_READ_BYTES = 8 << 10;

  private final InputFile file;
  private final String partition;
  private final long from;
  private byte[] buffer = new byte[0];
  private long bufferOffset;
  private int bufferBytes;
  private long position;
  private boolean dense;

  FrameChain(InputFile file, String partition, FrameRange range) {
    this.file = file;
    this.partition = partition;
    this.from = Math.max(range.from(), TailFormat.HEADER_BYTES);
    this.position = Math.max(range.to(), TailFormat.HEADER_BYTES);
  }

  /** Returns whether there is a frame before those that have been read. */
  boolean hasPrevious() {
    return position > from;
  }

  /**
   * Reads and checks the frame before.
   *
   * @throws io.varve.io.CorruptFileException if it is damaged, reaches beyond the start of the
   *     range, or belongs to another partition
   */
  FrameHead previous() throws IOException {
    long left = position - from;
    if (left < TailFormat.MIN_FRAME_BYTES) {
      throw FrameScanner.damaged(file, from, "a frame", "only " + left + " bytes");
    }
    int at = require(TailFormat.TRAILER_BYTES);
    long trailer = position - TailFormat.TRAILER_BYTES;
    int length =
        new BytesReader(file.name(), trailer, buffer, at, TailFormat.TRAILER_BYTES).readInt();
    if (length < TailFormat.MIN_FRAME_BYTES || length > left) {
      throw FrameScanner.damaged(
          file, trailer, "the length of a frame of at most " + left + " bytes", length + " bytes");
    }
    long offset = position - length;
    if (length > TailFormat.MAX_UNCHECKED_BYTES) {
      FrameScanner.checkLarge(file, offset, length);
    }
    int start = require(length);
    FrameHead head = FrameScanner.parse(file, buffer, start, length, offset);
    goBefore(head.frame());
    return head;
  }

  private void goBefore(TailFrame frame) throws IOException {
    if (!frame.partition().equals(partition)) {
      throw FrameScanner.damaged(
          file, frame.offset(), "a frame of " + partition, "one of " + frame.partition());
    }
    long before = Math.max(frame.previous(), TailFormat.HEADER_BYTES);
    if (before < from) {
      throw FrameScanner.damaged(
          file,
          frame.offset(),
          "a frame before it that ends at byte " + from + " or later",
          "byte " + before);
    }
    dense = before == frame.offset();
    position = before;
  }

  /** Makes sure that bytes up to the position are in the buffer; returns where they begin. */
  private int require(int length) throws IOException {
    if (position - length < bufferOffset || position > bufferOffset + bufferBytes) {
      int wanted = Math.max(length, dense ? DENSE_READ_BYTES : SPARSE_READ_BYTES);
      wanted = (int) Math.min(wanted, position - TailFormat.HEADER_BYTES);
      if (buffer.length < wanted) {
        buffer = new byte[wanted];
      }
      bufferBytes = 0;
      file.read(position - wanted, buffer, 0, wanted);
      bufferOffset = position - wanted;
      bufferBytes = wanted;
    }
    return (int) (position - length - bufferOffset);
  }
}
