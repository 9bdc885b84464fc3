package io.varve.flink.source;

import io.varve.flink.common.TablePaths;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.io.Serializable;

/**
 * Which rows a source reads, and in how large splits. Immutable.
 *
 * @param path of the table
 * @param commit the number of the commit, or {@link #LATEST}
 * @param splitRows the rows that a split should have, or {@link #BALANCED}
 */
record ScanTarget(String path, long commit, int splitRows) implements Serializable {

  /** The newest commit when the job starts. */
  static final long LATEST = -1;

  /** As many rows as give every reader several splits. */
  static final int BALANCED = 0;

  /** The newest commit of a table that was not named yet. */
  static final ScanTarget UNKNOWN = new ScanTarget("", LATEST, BALANCED);

  ScanTarget {
    if (commit < LATEST || splitRows < BALANCED) {
      throw new IllegalArgumentException(
          "a commit is numbered from 0 and a split has at least one row, not " + this);
    }
  }

  void requirePath() {
    if (path.isEmpty()) {
      throw new IllegalArgumentException("the source needs the path(…) of a table");
    }
  }

  TableDirectory openTable() throws IOException {
    return TableDirectory.open(TablePaths.open(path));
  }

  TableSnapshot pin(TableDirectory table) throws IOException {
    return commit == LATEST ? TableSnapshot.latest(table) : TableSnapshot.at(table, commit);
  }

  ScanTarget withCommit(long number) {
    return new ScanTarget(path, number, splitRows);
  }

  ScanTarget withPath(String newPath) {
    return new ScanTarget(newPath, commit, splitRows);
  }

  ScanTarget withSplitRows(int rows) {
    return new ScanTarget(path, commit, rows);
  }
}
