package io.varve.io;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Appends to a {@link RandomAccessFile} and stays broken after the first failure.
 *
 * <p>A file that is synced again and again after a few bytes is a log: from the fourth such sync on
 * room is made ahead of it, in steps of zeros that are durable, and a sync writes the bytes since
 * the last one once more through a handle whose writes return when they are on the disk. As the
 * file neither grows nor gets new blocks by that, there is no journal of the file system to wait
 * for. The zeros go when the file is closed; after a crash they are still there.
 */
final class LocalOutputFile implements OutputFile {

  /** How much room is made at a time. */
  static final int STEP_BYTES = 4 << 20;

  /** So many small syncs in a row, and the next is that of a log. */
  static final int LOG_SYNCS = 3;

  /** More bytes between two syncs are not those of a log. */
  private static final int MAX_SMALL_BYTES = 128 << 10;

  private static final byte[] ZEROS = new byte[STEP_BYTES];

  private final File path;
  private final RandomAccessFile file;
  private @Nullable RandomAccessFile durably;
  private byte[] unsynced = new byte[0];
  private int unsyncedBytes; // or more than MAX_SMALL_BYTES
  private int smallSyncs;
  private long allocated;
  private long position;
  private boolean broken;
  private boolean closed;

  LocalOutputFile(File path, RandomAccessFile file, long position) {
    this.path = path;
    this.file = file;
    this.position = position;
    this.allocated = position;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    requireWhole();
    broken = true; // until the write has passed: a part of it may be in the file
    file.write(bytes, offset, length);
    broken = false;
    position += length;
    if (unsyncedBytes <= MAX_SMALL_BYTES) {
      remember(bytes, offset, length);
    }
  }

  private void remember(byte[] bytes, int offset, int length) {
    int all = (int) Math.min(MAX_SMALL_BYTES + 1L, (long) unsyncedBytes + length);
    if (all <= MAX_SMALL_BYTES && smallSyncs >= LOG_SYNCS) {
      if (all > unsynced.length) {
        unsynced = Arrays.copyOf(unsynced, Math.min(MAX_SMALL_BYTES, Math.max(1 << 12, 2 * all)));
      }
      System.arraycopy(bytes, offset, unsynced, unsyncedBytes, length);
    }
    unsyncedBytes = all;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void sync() throws IOException {
    requireWhole();
    broken = true; // after a failed sync the kernel may have dropped the dirty pages
    boolean small = unsyncedBytes <= MAX_SMALL_BYTES;
    if (small && smallSyncs >= LOG_SYNCS) {
      syncLog();
    } else {
      file.getFD().sync();
    }
    smallSyncs = small ? Math.min(LOG_SYNCS, smallSyncs + 1) : 0;
    unsyncedBytes = 0;
    broken = false;
  }

  private void syncLog() throws IOException {
    RandomAccessFile log = durably;
    if (log == null) {
      log = new RandomAccessFile(path, "rwd"); // would make the file if it was gone
      durably = log;
      if (log.length() != file.length()) {
        throw new IOException(
            path + ": something else has put a file in its place while it was written");
      }
    }
    if (position > allocated) {
      log.seek(position);
      log.write(ZEROS);
      allocated = position + STEP_BYTES;
    }
    if (unsyncedBytes > 0) {
      log.seek(position - unsyncedBytes);
      log.write(unsynced, 0, unsyncedBytes);
    }
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (RandomAccessFile first = file;
        RandomAccessFile second = durably) {
      if (second != null && allocated > position) {
        first.setLength(position);
      }
    }
  }

  private void requireWhole() throws IOException {
    if (broken) {
      throw new IOException("the file is unusable after an earlier write or sync failed");
    }
  }
}
