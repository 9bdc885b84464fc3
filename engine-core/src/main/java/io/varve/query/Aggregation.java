package io.varve.query;

import java.io.Serializable;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * What to compute from rows: groups, and measures of each. Immutable; column names are checked when
 * it is bound to a schema ({@link BoundAggregation#of}).
 *
 * @param keys what rows are grouped by; without any all rows are one group
 * @param measures what is computed for each group; maybe nothing, for the distinct groups alone
 * @param filter only rows for which it is true count
 * @param timeZone the zone that a TIMESTAMP_LTZ time column is cut in; a TIMESTAMP is a local time
 *     already and cut as it is
 */
public record Aggregation(
    List<GroupKey> keys, List<Measure> measures, Filter filter, ZoneId timeZone)
    implements Serializable {

  /** The most keys and the most measures. */
  public static final int MAX_COLUMNS = 1024;

  /** Copies the lists. */
  public Aggregation {
    keys = List.copyOf(keys);
    measures = List.copyOf(measures);
    if (keys.size() > MAX_COLUMNS || measures.size() > MAX_COLUMNS) {
      throw new IllegalArgumentException("at most " + MAX_COLUMNS + " keys and measures");
    }
  }

  /** Starts the aggregation of all rows in UTC, without keys and measures. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects keys and measures. Confined to one thread. */
  public static final class Builder {

    private final List<GroupKey> keys = new ArrayList<>();
    private final List<Measure> measures = new ArrayList<>();
    private Filter filter = Filter.all();
    private ZoneId timeZone = ZoneOffset.UTC;

    private Builder() {}

    /** Adds columns to group by. */
    public Builder groupBy(String... columns) {
      for (String column : columns) {
        keys.add(GroupKey.column(column));
      }
      return this;
    }

    /** Adds spans of the time column to group by. */
    public Builder groupBy(TimeBucket bucket) {
      keys.add(GroupKey.bucket(bucket));
      return this;
    }

    /** Adds measures. */
    public Builder measure(Measure... more) {
      measures.addAll(List.of(more));
      return this;
    }

    /** Sets the condition that rows must meet. */
    public Builder where(Filter condition) {
      filter = condition;
      return this;
    }

    /** Sets the zone that time is cut in. */
    public Builder timeZone(ZoneId zone) {
      timeZone = zone;
      return this;
    }

    /** Returns the aggregation. */
    public Aggregation build() {
      return new Aggregation(keys, measures, filter, timeZone);
    }
  }
}
