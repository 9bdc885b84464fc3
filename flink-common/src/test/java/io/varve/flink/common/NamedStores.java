package io.varve.flink.common;

import io.varve.io.FileStore;
import io.varve.io.LocalFileStore;
import java.net.URI;
import java.nio.file.Path;

/** Opens paths such as {@code named:/some/directory}. */
public final class NamedStores implements FileStoreProvider {

  @Override
  public String scheme() {
    return "named";
  }

  @Override
  public FileStore open(URI path) {
    return new LocalFileStore(Path.of(path.getPath(), "below"));
  }
}
