package io.varve.flink.source;

import static java.util.Objects.requireNonNull;

import io.varve.flink.common.TablePaths;
import io.varve.table.CommitChoice;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.io.Serializable;

/**
 * Which rows a source reads, and in how large splits. Immutable.
 *
 * @param path of the table
 * @param commit of which commit
 * @param splitRows the rows that a split should have, or {@link #BALANCED}
 */
record ScanTarget(String path, CommitChoice commit, int splitRows) implements Serializable {

  /** As many rows as give every reader several splits. */
  static final int BALANCED = 0;

  /** The newest commit of a table that was not named yet. */
  static final ScanTarget UNKNOWN = new ScanTarget("", CommitChoice.LATEST, BALANCED);

  ScanTarget {
    requireNonNull(commit);
    if (splitRows < BALANCED) {
      throw new IllegalArgumentException("a split has at least one row, not " + splitRows);
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
    return commit.of(table);
  }

  ScanTarget withCommit(CommitChoice choice) {
    return new ScanTarget(path, choice, splitRows);
  }

  ScanTarget withPath(String newPath) {
    return new ScanTarget(newPath, commit, splitRows);
  }

  ScanTarget withSplitRows(int rows) {
    return new ScanTarget(path, commit, rows);
  }
}
