package io.varve.flink.source;

import io.varve.io.FileEntry;
import io.varve.io.FileStore;
import io.varve.io.InputFile;
import io.varve.io.OutputFile;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/**
 * A store that counts the bytes that are read of its files. As thread-safe as the counter.
 *
 * @param store the store
 * @param bytesRead is told of each read
 */
record MeteredReads(FileStore store, LongConsumer bytesRead) implements FileStore {

  @Override
  public InputFile open(String path) throws IOException {
    return new MeteredFile(store.open(path), bytesRead);
  }

  private record MeteredFile(InputFile file, LongConsumer bytesRead) implements InputFile {

    @Override
    public String name() {
      return file.name();
    }

    @Override
    public long length() throws IOException {
      return file.length();
    }

    @Override
    public void read(long position, byte[] into, int offset, int length) throws IOException {
      file.read(position, into, offset, length);
      bytesRead.accept(length);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  @Override
  public OutputFile create(String path) throws IOException {
    return store.create(path);
  }

  @Override
  public OutputFile append(String path, long length) throws IOException {
    return store.append(path, length);
  }

  @Override
  public OptionalLong length(String path) throws IOException {
    return store.length(path);
  }

  @Override
  public List<FileEntry> list(String directory) throws IOException {
    return store.list(directory);
  }

  @Override
  public boolean publish(String path, byte[] content) throws IOException {
    return store.publish(path, content);
  }

  @Override
  public void replace(String path, byte[] content) throws IOException {
    store.replace(path, content);
  }

  @Override
  public boolean delete(String path) throws IOException {
    return store.delete(path);
  }

  @Override
  public void syncDirectory(String directory) throws IOException {
    store.syncDirectory(directory);
  }

  @Override
  public String describe(String path) {
    return store.describe(path);
  }

  @Override
  public List<String> hosts(String path) throws IOException {
    return store.hosts(path);
  }
}
