package io.varve.testkit;

import io.varve.io.FileStore;
import io.varve.io.LocalFileStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The local file system keeps the contract when sealed files are mapped into memory. */
class MappedFileStoreContractTest extends FileStoreContract {

  @TempDir Path directory;

  @Override
  protected FileStore store() {
    return new LocalFileStore(directory.resolve("table")).withMappedReads();
  }
}
