package io.varve.flink.sink;

import io.varve.io.FileEntry;
import io.varve.io.FileStore;
import io.varve.io.InputFile;
import io.varve.io.OutputFile;
import io.varve.table.TableLayout;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file store that counts what is asked of it. Thread-safe.
 *
 * <p>A request is an operation on a name; reads, writes and syncs of an open file are none.
 */
final class MeteredFileStore implements FileStore {

  private final FileStore store;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong files = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final RecentHistogram syncMicros = new RecentHistogram();
  private final RecentHistogram sealMicros = new RecentHistogram();

  MeteredFileStore(FileStore store) {
    this.store = store;
  }

  /** Returns the number of requests so far. */
  long requests() {
    return requests.get();
  }

  /** Returns the number of files created so far. */
  long files() {
    return files.get();
  }

  /** Returns the number of bytes written so far. */
  long bytes() {
    return bytes.get();
  }

  /** Returns how long it took to make files and names durable. */
  RecentHistogram syncMicros() {
    return syncMicros;
  }

  /** Returns how long segments were being written, from their creation until they were closed. */
  RecentHistogram sealMicros() {
    return sealMicros;
  }

  @Override
  public OutputFile create(String path) throws IOException {
    requests.incrementAndGet();
    long start = System.nanoTime();
    OutputFile file = store.create(path);
    files.incrementAndGet();
    return new MeteredFile(file, path.endsWith(TableLayout.SEGMENT_SUFFIX) ? start : 0);
  }

  @Override
  public OutputFile append(String path, long length) throws IOException {
    requests.incrementAndGet();
    return new MeteredFile(store.append(path, length), 0);
  }

  @Override
  public InputFile open(String path) throws IOException {
    requests.incrementAndGet();
    return store.open(path);
  }

  @Override
  public OptionalLong length(String path) throws IOException {
    requests.incrementAndGet();
    return store.length(path);
  }

  @Override
  public List<FileEntry> list(String directory) throws IOException {
    requests.incrementAndGet();
    return store.list(directory);
  }

  @Override
  public boolean publish(String path, byte[] content) throws IOException {
    requests.incrementAndGet();
    boolean published = store.publish(path, content);
    if (published) {
      files.incrementAndGet();
      bytes.addAndGet(content.length);
    }
    return published;
  }

  @Override
  public void replace(String path, byte[] content) throws IOException {
    requests.incrementAndGet();
    store.replace(path, content);
    bytes.addAndGet(content.length);
  }

  @Override
  public boolean delete(String path) throws IOException {
    requests.incrementAndGet();
    return store.delete(path);
  }

  @Override
  public void syncDirectory(String directory) throws IOException {
    requests.incrementAndGet();
    long start = System.nanoTime();
    store.syncDirectory(directory);
    syncMicros.updateSince(start);
  }

  @Override
  public boolean showsOpenFiles() {
    return store.showsOpenFiles();
  }

  @Override
  public String describe(String path) {
    return store.describe(path);
  }

  /** A file whose bytes and syncs are counted; and its life, if it is a segment. */
  private final class MeteredFile implements OutputFile {

    private final OutputFile file;
    private long segmentStart;

    MeteredFile(OutputFile file, long segmentStart) {
      this.file = file;
      this.segmentStart = segmentStart;
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      file.write(source, offset, length);
      bytes.addAndGet(length);
    }

    @Override
    public long position() {
      return file.position();
    }

    @Override
    public void sync() throws IOException {
      long start = System.nanoTime();
      file.sync();
      syncMicros.updateSince(start);
    }

    @Override
    public void close() throws IOException {
      file.close();
      if (segmentStart != 0) {
        sealMicros.updateSince(segmentStart);
        segmentStart = 0;
      }
    }
  }
}
