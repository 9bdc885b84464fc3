package io.varve.flink.sink;

import java.nio.file.Path;

/**
 * Says where the tables of tests lie, for a module that runs these tests on another file system.
 */
public interface TableHome {

  /** Returns the path of the table whose directory would be this one on the local disk. */
  String path(Path directory);
}
