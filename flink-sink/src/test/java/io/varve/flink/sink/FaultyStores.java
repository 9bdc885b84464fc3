package io.varve.flink.sink;

import io.varve.flink.common.FileStoreProvider;
import io.varve.io.FileStore;
import io.varve.testkit.FaultInjectingFileStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** Opens {@code faulty:/some/directory}: that directory, where {@link Faults} may strike. */
public final class FaultyStores implements FileStoreProvider {

  /** Returns a directory's path, as a job must give it to meet its faults. */
  static String path(Path directory) {
    return "faulty:" + directory;
  }

  @Override
  public String scheme() {
    return "faulty";
  }

  @Override
  public FileStore open(URI path) throws IOException {
    return new FaultInjectingFileStore(
        TestTables.store(Path.of(path.getPath())),
        (operation, file, moment) ->
            Faults.of(path.getPath()).pass(moment + " " + operation + " " + file));
  }
}
