package io.varve.engine;

import io.varve.query.AggregateRow;
import io.varve.query.Aggregation;
import io.varve.query.Filter;
import io.varve.query.GroupKey;
import io.varve.query.Measure;
import io.varve.query.Value;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What can be read of a log: by the process that writes it ({@link EventLog}), and by any other
 * ({@link EventLogReader}). Each call sees the log at one point. Thread-safe.
 *
 * <p>Every read fails with {@link io.varve.io.CorruptFileException} if a block that it needs is
 * damaged, and leaves nothing out.
 */
public abstract sealed class EventReads permits EventLog, EventLogReader {

  EventReads() {}

  /** Returns how to read. */
  abstract Reads reads();

  /** Returns the columns and what they are for. */
  public abstract TableDefinition definition();

  /** Returns the columns. */
  public Schema schema() {
    return definition().schema();
  }

  /**
   * Returns the newest events that meet a filter.
   *
   * @param limit at least 1
   * @param cursor where the page before said that the next one begins; null for the first page
   */
  public RecentPage queryRecent(Filter filter, int limit, @Nullable RowKey cursor)
      throws IOException {
    return reads().recent(filter, limit, cursor);
  }

  /** Returns the newest events that meet a filter, newest first. */
  public List<StoredEvent> queryRecent(Filter filter, int limit) throws IOException {
    return queryRecent(filter, limit, null).events();
  }

  /**
   * Returns the number of events that meet a filter, the exact sum of every numeric column, and how
   * many events have each value of every tally column.
   */
  public AggregateResult aggregate(Filter filter) throws IOException {
    return reads().aggregate(filter);
  }

  /**
   * Returns groups of the events that meet a filter, in the order of their keys.
   *
   * @return one row if there are no keys, even of no event
   * @throws ArithmeticException if a result has more digits than its type
   */
  public List<AggregateRow> query(Aggregation aggregation) throws IOException {
    return reads().query(aggregation);
  }

  /**
   * Returns the same groups, with segments and unsealed rows read by several threads. Counts, sums
   * of integers and decimals, least and greatest values are the same to the last bit; sums of
   * floating-point numbers may differ from those of one thread as their documented error allows,
   * but not from one call to the next.
   *
   * @param executor runs what helps the calling thread, which reads too and waits for nothing that
   *     has not begun; the caller's, and never shut down
   * @param threads how many threads may read at once, with the calling one; at least 1
   */
  public List<AggregateRow> query(Aggregation aggregation, Executor executor, int threads)
      throws IOException {
    return reads().query(aggregation, executor, threads);
  }

  /** Returns groups of the events that meet a filter; times are cut in the log's time zone. */
  public List<AggregateRow> query(Filter filter, List<GroupKey> keys, List<Measure> measures)
      throws IOException {
    return query(new Aggregation(keys, measures, filter, ZoneId.of(definition().timeZone())));
  }

  /**
   * Returns what users did day by day, of a log with the preset columns: for each day, user, API
   * key and model, in this order, the number of events, the sums of {@code metric} and the
   * counters, and sum and maximum of {@code latency_ms}.
   *
   * @param fromDay the first day, in the log's time zone
   * @param toDay the last day
   * @param user only this one; null for all
   * @param apiKey only this one; null for all
   * @throws IllegalStateException if the log has other columns
   */
  public List<AggregateRow> queryRollups(
      LocalDate fromDay, LocalDate toDay, @Nullable String user, @Nullable String apiKey)
      throws IOException {
    return query(DailyRollup.of(definition(), fromDay, toDay, user, apiKey));
  }

  /**
   * Returns a page of the groups of a declared projection, in the order of their keys: the keys as
   * they are declared, the number of events, and what the projection declares. Sealed events are
   * taken as their segments hold them ready, others one by one; the answer is exact either way.
   *
   * @param projection name of one in the log's definition; {@code daily} of the preset columns
   * @param fromDay the first day, in the log's time zone
   * @param toDay the last day
   * @param filter which events
   * @param limit at least 1
   * @param after {@link RollupPage#next} of the page before; null for the first page
   * @throws IllegalArgumentException if there is no such projection
   */
  public RollupPage queryProjection(
      String projection,
      LocalDate fromDay,
      LocalDate toDay,
      Filter filter,
      int limit,
      @Nullable List<Value> after)
      throws IOException {
    return ProjectionQuery.page(
        this, ProjectionQuery.of(definition(), projection, fromDay, toDay, filter), limit, after);
  }

  /**
   * Returns the event with an id; the newest one if the id was not unique.
   *
   * @throws IllegalStateException if the log has no id column
   * @throws IllegalArgumentException if ids are numbers
   */
  public Optional<StoredEvent> get(String id) throws IOException {
    return reads().get(id);
  }

  /** Returns the event with an id where ids are numbers. */
  public Optional<StoredEvent> get(long id) throws IOException {
    return reads().get(id);
  }

  /**
   * Goes through all events that meet a filter, in no order.
   *
   * @param columns the columns to read, and always the time column; none for all
   */
  public Scan scan(Filter filter, String... columns) throws IOException {
    return reads().scan(filter, List.of(columns));
  }

  /** Reads every file and checks its checksums and structure. */
  public VerifyReport verify() throws IOException {
    return verify(false);
  }

  /**
   * Reads every file and checks it.
   *
   * @param deep also whether what is known of each block is what its values say
   */
  public VerifyReport verify(boolean deep) throws IOException {
    return reads().verify(deep);
  }
}
