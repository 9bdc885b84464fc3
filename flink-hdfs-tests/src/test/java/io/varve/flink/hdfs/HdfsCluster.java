package io.varve.flink.hdfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/** One name node and two data nodes in this JVM, for as long as it runs. */
final class HdfsCluster {

  private static final MiniDFSCluster CLUSTER = start();

  private HdfsCluster() {}

  private static MiniDFSCluster start() {
    try {
      Path directory = Files.createDirectories(Path.of("target", "hdfs"));
      Configuration configuration = new Configuration();
      configuration.setInt("dfs.replication", 2);
      configuration.setLong("dfs.blocksize", 1 << 20);
      configuration.setLong("dfs.namenode.fs-limits.min-block-size", 1 << 20);
      MiniDFSCluster cluster =
          new MiniDFSCluster.Builder(configuration, directory.toAbsolutePath().toFile())
              .numDataNodes(2)
              .build();
      cluster.waitActive();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> cluster.shutdown(true)));
      return cluster;
    } catch (IOException failure) {
      throw new IllegalStateException("HDFS did not start", failure);
    }
  }

  /** Returns the root of all, without a slash at its end. */
  static String root() {
    return "hdfs://localhost:" + CLUSTER.getNameNodePort();
  }

  /** Returns a directory that no other test has. */
  static String freshDirectory() {
    return root() + "/" + UUID.randomUUID() + "/table";
  }
}
