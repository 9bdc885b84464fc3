package io.varve.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file that is mapped into memory, as long as it is when it is opened. Reads are copies out of
 * the page cache without a call of the system, and threads do not wait for one another.
 *
 * <p>The map goes when the garbage collector finds it: no other way is safe while another thread
 * may read. Until then the space of a deleted file is not free. Where something else makes the file
 * shorter, or the disk fails, the JVM throws an {@link InternalError}, which may come late.
 * Thread-safe.
 */
final class MappedInputFile implements InputFile {

  /** The bytes of one map: a buffer holds no more than 2<sup>31</sup> - 1. */
  static final int PART_BYTES = 1 << 30;

  private final String name;
  private final long length;
  private final int partBytes;
  private volatile ByteBuffer @Nullable [] parts;

  private MappedInputFile(String name, long length, int partBytes, ByteBuffer[] parts) {
    this.name = name;
    this.length = length;
    this.partBytes = partBytes;
    this.parts = parts;
  }

  /** Maps all of a file. An interrupt closes the channel under the call, which then begins anew. */
  static MappedInputFile open(Path file, int partBytes) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
          return map(file.toString(), channel, partBytes);
        } catch (ClosedByInterruptException again) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static MappedInputFile map(String name, FileChannel channel, int partBytes)
      throws IOException {
    long length = channel.size();
    ByteBuffer[] parts = new ByteBuffer[Math.toIntExact((length + partBytes - 1) / partBytes)];
    for (int part = 0; part < parts.length; part++) {
      long from = (long) part * partBytes;
      long to = Math.min(length, from + partBytes);
      parts[part] = channel.map(FileChannel.MapMode.READ_ONLY, from, to - from);
    }
    return new MappedInputFile(name, length, partBytes, parts);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public boolean isCheapToRead() {
    return true;
  }

  @Override
  public void read(long position, byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    ByteBuffer[] mapped = parts;
    if (mapped == null) {
      throw new IOException(name + " is closed");
    }
    if (position < 0 || position > this.length - length) {
      throw new CorruptFileException(
          name
              + ": ends at byte "
              + this.length
              + " where bytes "
              + position
              + " to "
              + (position + length)
              + " were expected; restore the file from a backup");
    }
    copy(mapped, position, into, offset, length);
  }

  private void copy(ByteBuffer[] mapped, long position, byte[] into, int offset, int length) {
    int done = 0;
    while (done < length) {
      ByteBuffer part = mapped[(int) ((position + done) / partBytes)];
      int from = (int) ((position + done) % partBytes);
      int count = Math.min(length - done, partBytes - from);
      part.get(from, into, offset + done, count);
      done += count;
    }
  }

  /** Forgets the maps. */
  @Override
  public void close() {
    parts = null;
  }
}
