package io.varve.flink.source;

import io.varve.flink.common.ForwardingFileStore;
import io.varve.io.FileStore;
import io.varve.io.InputFile;
import java.io.IOException;
import java.util.function.LongConsumer;

/** A store that counts the bytes that are read of its files. As thread-safe as the counter. */
final class MeteredReads extends ForwardingFileStore {

  private final LongConsumer bytesRead;

  /**
   * Stands before a store.
   *
   * @param bytesRead is told of each read
   */
  MeteredReads(FileStore store, LongConsumer bytesRead) {
    super(store);
    this.bytesRead = bytesRead;
  }

  @Override
  public InputFile open(String path) throws IOException {
    return new MeteredFile(super.open(path), bytesRead);
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
}
