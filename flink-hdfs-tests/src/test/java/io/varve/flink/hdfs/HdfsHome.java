package io.varve.flink.hdfs;

import io.varve.flink.sink.TableHome;
import java.nio.file.Path;

/** Puts the tables of the sink's tests on HDFS. */
public final class HdfsHome implements TableHome {

  @Override
  public String path(Path directory) {
    return HdfsCluster.root() + directory.toAbsolutePath();
  }
}
