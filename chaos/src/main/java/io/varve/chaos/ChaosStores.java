package io.varve.chaos;

import io.varve.flink.common.FileStoreProvider;
import io.varve.io.FileStore;
import io.varve.io.LocalFileStore;
import io.varve.testkit.FaultInjectingFileStore;
import java.net.URI;
import java.nio.file.Path;

/**
 * Opens {@code chaos:/sandbox/disk/table}: that directory, on a disk that {@link DiskFaults} rule.
 */
public final class ChaosStores implements FileStoreProvider {

  static final String SCHEME = "chaos";

  @Override
  public String scheme() {
    return SCHEME;
  }

  @Override
  public FileStore open(URI path) {
    Path table = Path.of(path.getPath());
    DiskFaults faults = new DiskFaults(Sandbox.ofTable(table).control());
    return new FaultInjectingFileStore(new LocalFileStore(table), faults);
  }
}
