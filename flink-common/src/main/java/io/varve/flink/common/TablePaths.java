package io.varve.flink.common;

import io.varve.io.FileStore;
import io.varve.io.LocalFileStore;
import io.varve.io.StoreUnsuitableException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.ServiceLoader;

/** Turns the path of a table, as jobs give it, into the file store that holds the table. */
public final class TablePaths {

  private static final String SCHEME = "^[A-Za-z][A-Za-z0-9+.-]+:.*";

  private TablePaths() {}

  /** Returns a path that means the same in every process: a relative directory is made absolute. */
  public static String absolute(String path) {
    return path.matches(SCHEME) ? path : Path.of(path).toAbsolutePath().normalize().toString();
  }

  /**
   * Returns the store at a path.
   *
   * @param path a directory of a POSIX file system, local or shared between the hosts, with or
   *     without {@code file:}; a path whose scheme a {@link FileStoreProvider} opens; or one of
   *     {@linkplain FlinkFileStore a file system of Flink's}, which but for HDFS is only read
   * @throws StoreUnsuitableException if the path is on another kind of file system
   */
  public static FileStore open(String path) throws IOException {
    return open(path, CommitExclusiveBy.FILE_SYSTEM);
  }

  /**
   * Returns the store at a path, for a job that may declare that file systems are written to which
   * are else only read.
   *
   * @param path as of {@link #open(String)}
   */
  public static FileStore open(String path, CommitExclusiveBy exclusiveBy) throws IOException {
    if (!path.matches(SCHEME)) {
      return new LocalFileStore(Path.of(path));
    }
    URI uri;
    try {
      uri = new URI(path);
    } catch (URISyntaxException malformed) {
      throw new StoreUnsuitableException(path + ": not a path (" + malformed.getReason() + ")");
    }
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    if ("file".equals(scheme) && uri.getPath() != null) {
      return new LocalFileStore(Path.of(uri.getPath()));
    }
    for (FileStoreProvider provider :
        ServiceLoader.load(FileStoreProvider.class, FileStoreProvider.class.getClassLoader())) {
      if (provider.scheme().equals(scheme)) {
        return provider.open(uri);
      }
    }
    return FlinkFileStore.open(uri, exclusiveBy);
  }
}
