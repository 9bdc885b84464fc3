package io.varve.flink.source;

import static java.util.Objects.requireNonNull;

import io.varve.flink.common.TablePaths;
import io.varve.io.FileStore;
import io.varve.query.TimeBucket;
import io.varve.table.CommitChoice;
import io.varve.table.TableDirectory;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a table a source reads, and how. Immutable.
 *
 * @param path of the table
 * @param commit of which commit
 * @param since only rows that commits after this one show for the first time; null for all
 * @param until only rows of spans of time that are over at the commit; null for all
 * @param discoveryMillis how often it looks for later commits; 0 if it ends with the one
 * @param splitRows the rows that a split should have, or {@link #BALANCED}
 * @param onCorrupt what it does where a file is damaged
 * @param listener is told what was left out
 */
record ScanTarget(
    String path,
    CommitChoice commit,
    @Nullable CommitChoice since,
    @Nullable TimeBucket until,
    long discoveryMillis,
    int splitRows,
    OnCorrupt onCorrupt,
    SkipListener listener)
    implements Serializable {

  /** As many rows as give every reader several splits. */
  static final int BALANCED = 0;

  /** The newest commit of a table that was not named yet. */
  static final ScanTarget UNKNOWN =
      new ScanTarget(
          "", CommitChoice.LATEST, null, null, 0, BALANCED, OnCorrupt.FAIL, skipped -> {});

  ScanTarget {
    requireNonNull(commit);
    requireNonNull(onCorrupt);
    requireNonNull(listener);
    if (splitRows < BALANCED) {
      throw new IllegalArgumentException("a split has at least one row, not " + splitRows);
    }
  }

  /** Checks that there is a path, and that what was asked for goes together. */
  void check() {
    if (path.isEmpty()) {
      throw new IllegalArgumentException("the source needs the path(…) of a table");
    }
    if (isContinuous() && until != null) {
      throw new IllegalArgumentException(
          "a continuous(…) source can't leave out what is not over yet: it would miss it for good;"
              + " read until the watermark by a bounded job now and then");
    }
  }

  /** Returns whether it goes on with later commits. */
  boolean isContinuous() {
    return discoveryMillis > 0;
  }

  TableDirectory openTable() throws IOException {
    return openTable(store -> store);
  }

  /** Opens the table through what a function makes of its store. */
  TableDirectory openTable(UnaryOperator<FileStore> wrapping) throws IOException {
    return TableDirectory.open(wrapping.apply(TablePaths.open(path)));
  }

  ScanTarget withPath(String newPath) {
    return new ScanTarget(
        newPath, commit, since, until, discoveryMillis, splitRows, onCorrupt, listener);
  }

  ScanTarget withCommit(CommitChoice choice) {
    return new ScanTarget(
        path, choice, since, until, discoveryMillis, splitRows, onCorrupt, listener);
  }

  ScanTarget withSince(CommitChoice choice) {
    return new ScanTarget(
        path, commit, choice, until, discoveryMillis, splitRows, onCorrupt, listener);
  }

  ScanTarget withUntil(TimeBucket bucket) {
    return new ScanTarget(
        path, commit, since, bucket, discoveryMillis, splitRows, onCorrupt, listener);
  }

  ScanTarget withDiscovery(Duration interval) {
    if (interval.toMillis() < 1) {
      throw new IllegalArgumentException("can't look for commits every " + interval);
    }
    return new ScanTarget(
        path, commit, since, until, interval.toMillis(), splitRows, onCorrupt, listener);
  }

  ScanTarget withSplitRows(int rows) {
    return new ScanTarget(path, commit, since, until, discoveryMillis, rows, onCorrupt, listener);
  }

  ScanTarget withOnCorrupt(OnCorrupt choice, SkipListener told) {
    return new ScanTarget(path, commit, since, until, discoveryMillis, splitRows, choice, told);
  }
}
