package io.varve.engine;

import io.varve.query.AggregateRow;
import io.varve.query.Aggregation;
import io.varve.query.Filter;
import io.varve.query.GroupKey;
import io.varve.query.Measure;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What can be read of a log: by the process that writes it ({@link EventLog}), and by any other
 * ({@link EventLogReader}). Each call sees the log at one point. Thread-safe.
 *
 * <p>Every read fails with {@link io.varve.io.CorruptFileException} if a block that it needs is
 * damaged, and leaves nothing out.
 */
public sealed interface EventReads permits EventLog, EventLogReader {

  /** Returns the columns and what they are for. */
  TableDefinition definition();

  /** Returns the columns. */
  default Schema schema() {
    return definition().schema();
  }

  /**
   * Returns the newest events that meet a filter.
   *
   * @param limit at least 1
   * @param cursor where the page before said that the next one begins; null for the first page
   */
  RecentPage queryRecent(Filter filter, int limit, @Nullable RowKey cursor) throws IOException;

  /** Returns the newest events that meet a filter, newest first. */
  default List<StoredEvent> queryRecent(Filter filter, int limit) throws IOException {
    return queryRecent(filter, limit, null).events();
  }

  /**
   * Returns the number of events that meet a filter, the exact sum of every numeric column, and how
   * many events have each value of every tally column.
   */
  AggregateResult aggregate(Filter filter) throws IOException;

  /**
   * Returns groups of the events that meet a filter, in the order of their keys.
   *
   * @return one row if there are no keys, even of no event
   * @throws ArithmeticException if a result has more digits than its type
   */
  List<AggregateRow> query(Aggregation aggregation) throws IOException;

  /** Returns groups of the events that meet a filter; times are cut in the log's time zone. */
  default List<AggregateRow> query(Filter filter, List<GroupKey> keys, List<Measure> measures)
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
  default List<AggregateRow> queryRollups(
      LocalDate fromDay, LocalDate toDay, @Nullable String user, @Nullable String apiKey)
      throws IOException {
    return query(DailyRollup.of(definition(), fromDay, toDay, user, apiKey));
  }

  /**
   * Returns the event with an id; the newest one if the id was not unique.
   *
   * @throws IllegalStateException if the log has no id column
   * @throws IllegalArgumentException if ids are numbers
   */
  Optional<StoredEvent> get(String id) throws IOException;

  /** Returns the event with an id where ids are numbers. */
  Optional<StoredEvent> get(long id) throws IOException;

  /**
   * Goes through all events that meet a filter, in no order.
   *
   * @param columns the columns to read, and always the time column; none for all
   */
  Scan scan(Filter filter, String... columns) throws IOException;

  /** Reads every file and checks its checksums and structure. */
  default VerifyReport verify() throws IOException {
    return verify(false);
  }

  /**
   * Reads every file and checks it.
   *
   * @param deep also whether what is known of each block is what its values say
   */
  VerifyReport verify(boolean deep) throws IOException;
}
