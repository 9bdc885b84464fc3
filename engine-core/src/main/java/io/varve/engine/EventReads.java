package io.varve.engine;

import io.varve.query.Filter;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can be read of a log: by the process that writes it, and by any other. Each call sees the
 * log at one point. Thread-safe.
 */
public interface EventReads {

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
   * @throws io.varve.io.CorruptFileException if a block that is needed is damaged
   */
  RecentPage queryRecent(Filter filter, int limit, @Nullable RowKey cursor) throws IOException;

  /** Returns the newest events that meet a filter, newest first. */
  default List<StoredEvent> queryRecent(Filter filter, int limit) throws IOException {
    return queryRecent(filter, limit, null).events();
  }
}
