package io.varve.io;

import java.io.IOException;
import java.io.RandomAccessFile;

/**
 * A file that is appended to and synced often: zeros are written ahead of its content, so that a
 * sync finds the blocks in place and the length unchanged. Confined to a thread that nobody
 * interrupts.
 */
final class LocalLogFile implements OutputFile {

  private static final int ROOM_BYTES = 1 << 20;
  private static final byte[] ZEROS = new byte[ROOM_BYTES];

  private final RandomAccessFile file;
  private long position;
  private long room;
  private boolean broken;
  private boolean closed;

  LocalLogFile(RandomAccessFile file) {
    this.file = file;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    requireWhole();
    broken = true; // until the write has passed: a part of it may be in the file
    if (position + length > room) {
      makeRoom(length);
    }
    file.seek(position);
    file.write(bytes, offset, length);
    broken = false;
    position += length;
  }

  private void makeRoom(int length) throws IOException {
    // Content that is larger than the room ahead is its own room.
    long from = Math.max(room, position + length);
    file.seek(from);
    file.write(ZEROS);
    room = from + ROOM_BYTES;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void sync() throws IOException {
    requireWhole();
    broken = true; // after a failed sync the kernel may have dropped the dirty pages
    file.getChannel().force(false);
    broken = false;
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (RandomAccessFile closing = file) {
      if (!broken) {
        closing.setLength(position);
      }
    }
  }

  private void requireWhole() throws IOException {
    if (broken || closed) {
      throw new IOException("the file is unusable after an earlier write, sync or close");
    }
  }
}
