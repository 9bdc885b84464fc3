package io.varve.engine;

import io.varve.query.AggregateRow;
import io.varve.query.Aggregation;
import io.varve.query.Filter;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The reads that all who read share: each takes a snapshot and gives it back. Thread-safe. */
final class Reads {

  private final Snapshots snapshots;
  private final Function<NoSuchFileException, IOException> onMissingFile;

  /**
   * Creates the reads.
   *
   * @param onMissingFile says what a missing file means
   */
  Reads(Snapshots snapshots, Function<NoSuchFileException, IOException> onMissingFile) {
    this.snapshots = snapshots;
    this.onMissingFile = onMissingFile;
  }

  /** Where snapshots come from. */
  @FunctionalInterface
  interface Snapshots {

    LogSnapshot take() throws IOException;
  }

  /** Reads a snapshot. */
  @FunctionalInterface
  private interface Read<T> {

    T of(LogSnapshot snapshot) throws IOException;
  }

  private <T> T read(Read<T> read) throws IOException {
    try (LogSnapshot snapshot = snapshots.take()) {
      return read.of(snapshot);
    } catch (NoSuchFileException missing) {
      throw onMissingFile.apply(missing);
    }
  }

  RecentPage recent(Filter filter, int limit, @Nullable RowKey cursor) throws IOException {
    return read(snapshot -> RecentQuery.run(snapshot, filter, limit, cursor));
  }

  AggregateResult aggregate(Filter filter) throws IOException {
    return read(snapshot -> AggregateQuery.totals(snapshot, filter));
  }

  List<AggregateRow> query(Aggregation aggregation) throws IOException {
    return read(snapshot -> AggregateQuery.run(snapshot, aggregation));
  }

  List<AggregateRow> query(Aggregation aggregation, Executor executor, int threads)
      throws IOException {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be positive, is " + threads);
    }
    return read(snapshot -> AggregateQuery.run(snapshot, aggregation, executor, threads));
  }

  Optional<StoredEvent> get(String id) throws IOException {
    return read(snapshot -> new IdLookup(snapshot, WantedId.of(snapshot, id)).newest());
  }

  Optional<StoredEvent> get(long id) throws IOException {
    return read(snapshot -> new IdLookup(snapshot, WantedId.of(snapshot, id)).newest());
  }

  VerifyReport verify(boolean deep) throws IOException {
    return read(snapshot -> Verification.run(snapshot, deep));
  }

  Scan scan(Filter filter, List<String> columns) throws IOException {
    LogSnapshot snapshot = snapshots.take();
    try {
      return new Scan(snapshot, filter, columns, onMissingFile);
    } catch (RuntimeException invalid) {
      snapshot.close();
      throw invalid;
    }
  }
}
