package io.varve.flink.common;

import io.varve.io.FileEntry;
import io.varve.io.FileStore;
import io.varve.io.InputFile;
import io.varve.io.OutputFile;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/** Another store, with something about it changed. Open for what that is. */
public abstract class ForwardingFileStore implements FileStore {

  private final FileStore store;

  /** Stands before a store. */
  protected ForwardingFileStore(FileStore store) {
    this.store = store;
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
  public InputFile open(String path) throws IOException {
    return store.open(path);
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
  public boolean showsOpenFiles() {
    return store.showsOpenFiles();
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
