package io.varve.schema;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rows that a table keeps pre-aggregated in its segments, such as by day, user and model. Queries
 * use them where they give the same answer. Immutable.
 *
 * @param name unique among the table's projections
 * @param timeBucket the span of time rows are grouped by, such as {@code day}; empty for none
 * @param columns the columns rows are grouped by
 * @param aggregates what is computed of each group beside its number of rows
 */
public record Projection(
    String name, String timeBucket, List<String> columns, List<Aggregate> aggregates)
    implements Serializable {

  /** The spans of time there are, from short to long. */
  public static final List<String> TIME_BUCKETS = List.of("minute", "hour", "day", "week", "month");

  private static final Pattern AGGREGATE = Pattern.compile("(\\w+)\\(\\s*(.+?)\\s*\\)");

  /** Checks names and copies the lists. */
  public Projection {
    columns = List.copyOf(columns);
    aggregates = List.copyOf(aggregates);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a projection needs a name");
    }
    if (!timeBucket.isEmpty() && !TIME_BUCKETS.contains(timeBucket)) {
      throw new IllegalArgumentException(
          "projection '" + name + "': '" + timeBucket + "' is none of " + TIME_BUCKETS);
    }
    if (timeBucket.isEmpty() && columns.isEmpty()) {
      throw new IllegalArgumentException("projection '" + name + "' has nothing to group by");
    }
    if (new LinkedHashSet<>(columns).size() != columns.size()
        || new LinkedHashSet<>(aggregates).size() != aggregates.size()) {
      throw new IllegalArgumentException("projection '" + name + "' names something twice");
    }
  }

  /**
   * Reads a projection from text, as options of SQL give it.
   *
   * @param groupBy names of columns and at most one span of time, with commas between, such as
   *     {@code day, user, model}; a column may not be called like a span
   * @param aggregates such as {@code sum(cost), max(latency)}; {@code count(*)} may be named, and
   *     is always there
   */
  public static Projection parse(String name, String groupBy, String aggregates) {
    String bucket = "";
    List<String> columns = new ArrayList<>();
    for (String part : split(groupBy)) {
      String lower = part.toLowerCase(Locale.ROOT);
      if (!TIME_BUCKETS.contains(lower)) {
        columns.add(part);
      } else if (bucket.isEmpty()) {
        bucket = lower;
      } else {
        throw new IllegalArgumentException("projection '" + name + "' names two spans of time");
      }
    }
    List<Aggregate> found = new ArrayList<>();
    for (String part : split(aggregates)) {
      Matcher matcher = AGGREGATE.matcher(part);
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "projection '" + name + "': '" + part + "' is not like sum(cost)");
      }
      if (!part.replace(" ", "").equalsIgnoreCase("count(*)")) {
        found.add(new Aggregate(Function.parse(name, matcher.group(1)), matcher.group(2)));
      }
    }
    return new Projection(name, bucket, columns, found);
  }

  private static List<String> split(String list) {
    List<String> parts = new ArrayList<>();
    for (String part : list.split(",", -1)) {
      if (!part.isBlank()) {
        parts.add(part.strip());
      }
    }
    return parts;
  }

  /** Checks that every named column exists and can play its part. */
  void requireColumns(Schema schema) {
    for (String column : columns) {
      int index = schema.indexOf(column);
      if (schema.storage(index) == Storage.DOUBLE) {
        throw new IllegalArgumentException(
            "projection '" + name + "' groups by '" + column + "', which holds fractions");
      }
      if (schema.field(index).id() == schema.timeFieldId()) {
        throw new IllegalArgumentException(
            "projection '" + name + "' groups by '" + column + "'; name a span of time instead");
      }
    }
    for (Aggregate aggregate : aggregates) {
      int index = schema.indexOf(aggregate.column());
      DataType type = schema.field(index).type();
      boolean summable = type.isNumeric() && schema.storage(index) != Storage.PAIR;
      if (aggregate.function() == Function.SUM && !summable) {
        throw new IllegalArgumentException(
            "projection '"
                + name
                + "': "
                + aggregate
                + " of "
                + type
                + "; sums are of numbers, of decimals up to 18 digits");
      }
    }
  }

  /**
   * What is computed of a column.
   *
   * @param function what
   * @param column of which column
   */
  public record Aggregate(Function function, String column) implements Serializable {

    @Override
    public String toString() {
      return function.name().toLowerCase(Locale.ROOT) + "(" + column + ")";
    }
  }

  /** What can be computed. Averages come from a sum and a count. */
  public enum Function {
    /** The number of values that are not null. */
    COUNT,
    /** The sum of values, and their number. */
    SUM,
    /** The least value. */
    MIN,
    /** The greatest value. */
    MAX;

    private static Function parse(String projection, String text) {
      try {
        return valueOf(text.toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException unknown) {
        throw new IllegalArgumentException(
            "projection '"
                + projection
                + "': '"
                + text
                + "' is none of count, sum, min, max (an average comes from a sum)");
      }
    }
  }
}
