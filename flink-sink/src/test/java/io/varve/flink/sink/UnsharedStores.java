package io.varve.flink.sink;

import io.varve.flink.common.FileStoreProvider;
import io.varve.io.FileStore;
import io.varve.io.LocalFileStore;
import java.net.URI;
import java.nio.file.Path;

/** Opens {@code unshared:/some/directory}: every writer sees another than the rest of the job. */
public final class UnsharedStores implements FileStoreProvider {

  static String path(Path directory) {
    return "unshared:" + directory;
  }

  @Override
  public String scheme() {
    return "unshared";
  }

  @Override
  public FileStore open(URI path) {
    boolean writer = Thread.currentThread().getName().contains("Writer");
    return new LocalFileStore(Path.of(path.getPath(), writer ? "of-writers" : "of-others"));
  }
}
