package io.varve.flink.source;

import static java.util.Objects.requireNonNull;

import io.varve.flink.common.BlockCache;
import io.varve.flink.common.CachedFileStore;
import io.varve.flink.common.FlinkFileStore;
import io.varve.flink.common.TablePaths;
import io.varve.io.FileStore;
import io.varve.query.TimeBucket;
import io.varve.table.CommitChoice;
import io.varve.table.TableDirectory;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.function.LongConsumer;
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
 * @param cacheBytes how much of segments on object stores each process keeps; 0 for nothing
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
    long cacheBytes,
    OnCorrupt onCorrupt,
    SkipListener listener)
    implements Serializable {

  /** As many rows as give every reader several splits. */
  static final int BALANCED = 0;

  /** The newest commit of a table that was not named yet. */
  static final ScanTarget UNKNOWN =
      new ScanTarget(
          "",
          CommitChoice.LATEST,
          null,
          null,
          0,
          BALANCED,
          BlockCache.DEFAULT_BYTES,
          OnCorrupt.FAIL,
          skipped -> {});

  ScanTarget {
    requireNonNull(commit);
    requireNonNull(onCorrupt);
    requireNonNull(listener);
    if (cacheBytes < 0) {
      throw new IllegalArgumentException("a cache has no negative size, as " + cacheBytes + " is");
    }
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
    return TableDirectory.open(TablePaths.open(path));
  }

  /** Opens the table to read rows: of an object store through what this process keeps of it. */
  TableDirectory openTable(LongConsumer bytesRead) throws IOException {
    FileStore store = TablePaths.open(path);
    boolean isFar = store instanceof FlinkFileStore flinks && !flinks.isWritable();
    FileStore metered = new MeteredReads(store, bytesRead);
    return TableDirectory.open(
        isFar && cacheBytes > 0
            ? new CachedFileStore(metered, BlockCache.shared(cacheBytes))
            : metered);
  }

  ScanTarget withPath(String newPath) {
    return new Changed(this).with(newPath, commit, since, until);
  }

  ScanTarget withCommit(CommitChoice choice) {
    return new Changed(this).with(path, choice, since, until);
  }

  ScanTarget withSince(CommitChoice choice) {
    return new Changed(this).with(path, commit, choice, until);
  }

  ScanTarget withUntil(TimeBucket bucket) {
    return new Changed(this).with(path, commit, since, bucket);
  }

  ScanTarget withDiscovery(Duration interval) {
    if (interval.toMillis() < 1) {
      throw new IllegalArgumentException("can't look for commits every " + interval);
    }
    return new Changed(this).with(interval.toMillis(), splitRows, cacheBytes);
  }

  ScanTarget withSplitRows(int rows) {
    return new Changed(this).with(discoveryMillis, rows, cacheBytes);
  }

  ScanTarget withCacheBytes(long bytes) {
    return new Changed(this).with(discoveryMillis, splitRows, bytes);
  }

  ScanTarget withOnCorrupt(OnCorrupt choice, SkipListener told) {
    return new ScanTarget(
        path, commit, since, until, discoveryMillis, splitRows, cacheBytes, choice, told);
  }

  /** Changes what rows are read, or how. */
  private record Changed(ScanTarget is) {

    ScanTarget with(
        String path,
        CommitChoice commit,
        @Nullable CommitChoice since,
        @Nullable TimeBucket until) {
      return new ScanTarget(
          path,
          commit,
          since,
          until,
          is.discoveryMillis,
          is.splitRows,
          is.cacheBytes,
          is.onCorrupt,
          is.listener);
    }

    ScanTarget with(long discoveryMillis, int splitRows, long cacheBytes) {
      return new ScanTarget(
          is.path,
          is.commit,
          is.since,
          is.until,
          discoveryMillis,
          splitRows,
          cacheBytes,
          is.onCorrupt,
          is.listener);
    }
  }
}
