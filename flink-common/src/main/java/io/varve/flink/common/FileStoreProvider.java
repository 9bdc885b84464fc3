package io.varve.flink.common;

import io.varve.io.FileStore;
import java.io.IOException;
import java.net.URI;

/**
 * Opens tables on another kind of file system than the local one. Implementations have a public
 * constructor without parameters and are found by {@link java.util.ServiceLoader} in the class
 * loader of this interface. Thread-safe.
 */
public interface FileStoreProvider {

  /** Returns the scheme of the paths it opens, in lower case and without the colon. */
  String scheme();

  /**
   * Returns the store at a path.
   *
   * @param path the path as the job gave it
   * @throws io.varve.io.StoreUnsuitableException if the path names no store
   */
  FileStore open(URI path) throws IOException;
}
