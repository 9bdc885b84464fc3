package io.varve.chaos;

import java.nio.file.Path;

/**
 * The directory of one run and what lies in it. Immutable.
 *
 * @param root the directory
 */
record Sandbox(Path root) {

  /** Returns where the table is: the only place that gets full or slow. */
  Path disk() {
    return root.resolve("disk");
  }

  Path table() {
    return disk().resolve("table");
  }

  /** Returns the table's path as the job gives it, for {@link ChaosStores}. */
  String tablePath() {
    return ChaosStores.SCHEME + ":" + table();
  }

  static Sandbox ofTable(Path table) {
    Path disk = table.getParent();
    Path root = disk == null ? null : disk.getParent();
    if (root == null) {
      throw new IllegalArgumentException(table + " is not the table of a sandbox");
    }
    return new Sandbox(root);
  }

  Path ledger() {
    return root.resolve("ledger");
  }

  /** Returns where files tell {@link DiskFaults} what to do. */
  Path control() {
    return root.resolve("control");
  }

  Path cluster() {
    return root.resolve("cluster");
  }
}
