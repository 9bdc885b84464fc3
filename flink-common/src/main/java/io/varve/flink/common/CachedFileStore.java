package io.varve.flink.common;

import io.varve.io.FileStore;
import io.varve.io.InputFile;
import io.varve.table.TableLayout;
import java.io.IOException;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store whose segments are read through a {@link BlockCache}, for stores of which a request takes
 * long. Segments never change and no name is used twice; all other files are read as they are. What
 * can't be cached is read all the same. Thread-safe.
 */
public final class CachedFileStore extends ForwardingFileStore {

  private static final Logger LOG = LoggerFactory.getLogger(CachedFileStore.class);
  private static final int PAGE = BlockCache.PAGE_BYTES;

  private final BlockCache cache;

  /** Stands before a store. */
  public CachedFileStore(FileStore store, BlockCache cache) {
    super(store);
    this.cache = cache;
  }

  @Override
  public InputFile open(String path) throws IOException {
    InputFile file = super.open(path);
    return path.endsWith(TableLayout.SEGMENT_SUFFIX) ? new CachedFile(file, file.length()) : file;
  }

  private final class CachedFile implements InputFile {

    private final InputFile file;
    private final long length;

    CachedFile(InputFile file, long length) {
      this.file = file;
      this.length = length;
    }

    @Override
    public String name() {
      return file.name();
    }

    @Override
    public long length() {
      return length;
    }

    @Override
    public void read(long position, byte[] into, int offset, int count) throws IOException {
      Objects.checkFromIndexSize(offset, count, into.length);
      if (count == 0 || position < 0 || position + count > length) {
        file.read(position, into, offset, count); // which says what is wrong
        return;
      }
      Wanted wanted = new Wanted(position, into, offset, count);
      long end = (position + count - 1) / PAGE + 1;
      byte[] page = new byte[PAGE];
      long missing = -1;
      for (long number = position / PAGE; number < end; number++) {
        if (isCached(number, page)) {
          if (missing >= 0) {
            load(missing, number, wanted);
            missing = -1;
          }
          wanted.take(page, 0, number * PAGE, pageLength(number));
        } else if (missing < 0) {
          missing = number;
        }
      }
      if (missing >= 0) {
        load(missing, end, wanted);
      }
    }

    private int pageLength(long number) {
      return (int) Math.min(PAGE, length - number * PAGE);
    }

    private boolean isCached(long number, byte[] page) {
      try {
        return cache.read(file.name(), number, page, pageLength(number));
      } catch (IOException failed) {
        LOG.warn("A page of {} is read again: the local cache fails", file.name(), failed);
        return false;
      }
    }

    /** Reads pages that are not in the cache, by one request for all of them. */
    private void load(long from, long to, Wanted wanted) throws IOException {
      long start = from * PAGE;
      byte[] run = new byte[Math.toIntExact(Math.min(to * PAGE, length) - start)];
      file.read(start, run, 0, run.length);
      for (long number = from; number < to; number++) {
        int at = Math.toIntExact(number * PAGE - start);
        try {
          cache.write(file.name(), number, run, at, pageLength(number));
        } catch (IOException failed) {
          LOG.warn("A page of {} is not kept: the local cache fails", file.name(), failed);
        }
      }
      wanted.take(run, 0, start, run.length);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /** Bytes of a file that are wanted, and where to. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Wanted(long position, byte[] into, int offset, int count) {

    /** Takes those of them that are among some bytes of the file. */
    void take(byte[] from, int at, long start, int length) {
      long first = Math.max(position, start);
      long end = Math.min(position + count, start + length);
      if (first < end) {
        System.arraycopy(
            from,
            at + (int) (first - start),
            into,
            offset + (int) (first - position),
            (int) (end - first));
      }
    }
  }
}
