package io.varve.table;

import io.varve.schema.Projection;
import io.varve.schema.TableDefinition;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Options that a table holds for every job that writes to it: they come before what a job says.
 * Immutable.
 *
 * @param values as text, by name; only names of {@link #NAMES}
 */
public record TableOptions(SortedMap<String, String> values) {

  /** No option is set. */
  public static final TableOptions NONE = new TableOptions(new TreeMap<>());

  /** How many rows a segment has. */
  public static final String TARGET_ROWS = "segment.target-rows";

  /** How many bytes of memory the rows of a segment take. */
  public static final String TARGET_BYTES = "segment.target-bytes";

  /** The age at which unsealed rows become a segment. */
  public static final String TARGET_AGE = "segment.target-age";

  /** A projection is stored if it has at most one group for so many rows. */
  public static final String MIN_ROWS_PER_GROUP = "projection.min-rows-per-group";

  /** The age, by the time column, at which rows go. */
  public static final String TTL = "ttl";

  /** The ages at which rows of some partitions go, as of {@link PartitionTtl}. */
  public static final String TTL_BY_PARTITION = "ttl.by-partition";

  /** How long commits and savepoints stay. */
  public static final String HISTORY_TIME = "history.time";

  /** How many of the newest commits stay, however old they are. */
  public static final String HISTORY_MIN_COMMITS = "history.min-commits";

  /** The options that a table holds; the roles of columns can be set beside them. */
  public static final List<String> NAMES =
      List.of(
          TARGET_ROWS,
          TARGET_BYTES,
          TARGET_AGE,
          MIN_ROWS_PER_GROUP,
          TTL,
          TTL_BY_PARTITION,
          HISTORY_TIME,
          HISTORY_MIN_COMMITS);

  /** Columns that are looked up by rare values, with commas between. */
  public static final String BLOOM_COLUMNS = "bloom-columns";

  /** Columns of few values whose rows are counted per value, with commas between. */
  public static final String TALLY_COLUMNS = "tally-columns";

  private static final Pattern PROJECTION =
      Pattern.compile("projection\\.(.+)\\.(group-by|aggregates)");

  private static final Pattern AMOUNT = Pattern.compile("(\\d+)\\s*([a-zA-Z]*)");

  /** Checks names and values. */
  public TableOptions {
    values = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(values));
    for (String name : values.keySet()) {
      if (!NAMES.contains(name)) {
        throw unknown(name);
      }
    }
    applyTo(values, WriterOptions.DEFAULTS);
    applyTo(values, UpkeepOptions.DEFAULTS);
  }

  private static IllegalArgumentException unknown(String name) {
    return new IllegalArgumentException(
        "'"
            + name
            + "' is no option of a table; there are "
            + String.join(", ", NAMES)
            + ", "
            + BLOOM_COLUMNS
            + ", "
            + TALLY_COLUMNS
            + ", projection.<name>.group-by and projection.<name>.aggregates");
  }

  /** Returns whether an option can be changed beside a running job, a role of columns included. */
  public static boolean isKnown(String name) {
    return NAMES.contains(name)
        || name.equals(BLOOM_COLUMNS)
        || name.equals(TALLY_COLUMNS)
        || PROJECTION.matcher(name).matches();
  }

  /** Returns what a writer keeps to whose job says this. */
  public WriterOptions applyTo(WriterOptions job) {
    return applyTo(values, job);
  }

  /** Returns what upkeep keeps to whose job says this. */
  public UpkeepOptions applyTo(UpkeepOptions job) {
    return applyTo(values, job);
  }

  private static WriterOptions applyTo(Map<String, String> values, WriterOptions job) {
    WriterOptions options = job;
    String rows = values.get(TARGET_ROWS);
    if (rows != null) {
      options = options.withTargetRows(integer(TARGET_ROWS, rows));
    }
    String bytes = values.get(TARGET_BYTES);
    if (bytes != null) {
      options = options.withTargetBytes(bytes(TARGET_BYTES, bytes));
    }
    String group = values.get(MIN_ROWS_PER_GROUP);
    if (group != null) {
      options = options.withMinRowsPerGroup(integer(MIN_ROWS_PER_GROUP, group));
    }
    String age = values.get(TARGET_AGE);
    return age == null ? options : options.withTargetAgeMillis(millis(TARGET_AGE, age));
  }

  private static UpkeepOptions applyTo(Map<String, String> values, UpkeepOptions job) {
    String time = values.get(HISTORY_TIME);
    String commits = values.get(HISTORY_MIN_COMMITS);
    String ttl = values.get(TTL);
    String byPartition = values.get(TTL_BY_PARTITION);
    HistoryOptions history =
        new HistoryOptions(
            time == null ? job.history().timeMillis() : millis(HISTORY_TIME, time),
            commits == null ? job.history().minCommits() : integer(HISTORY_MIN_COMMITS, commits));
    return new UpkeepOptions(
        history,
        job.intervalMillis(),
        ttl == null ? job.ttlMillis() : millis(TTL, ttl),
        byPartition == null ? job.ttlByPartition() : PartitionTtl.parse(byPartition));
  }

  private static int integer(String name, String text) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException wrong) {
      throw new IllegalArgumentException(name + ": '" + text + "' is no whole number", wrong);
    }
  }

  /** Reads a time such as {@code 10 min}, {@code 7 d} or {@code PT12H}. */
  static long millis(String name, String text) {
    String stripped = text.strip();
    Matcher amount = AMOUNT.matcher(stripped);
    try {
      if (!amount.matches()) {
        return Duration.parse(stripped).toMillis();
      }
      long count = Long.parseLong(amount.group(1));
      return switch (amount.group(2).toLowerCase(Locale.ROOT)) {
        case "", "ms", "milli", "millis" -> count;
        case "s", "sec", "second", "seconds" -> Math.multiplyExact(count, 1_000L);
        case "m", "min", "minute", "minutes" -> Math.multiplyExact(count, 60_000L);
        case "h", "hour", "hours" -> Math.multiplyExact(count, 3_600_000L);
        case "d", "day", "days" -> Math.multiplyExact(count, 86_400_000L);
        default -> throw new NumberFormatException("unknown unit");
      };
    } catch (NumberFormatException | ArithmeticException | DateTimeParseException wrong) {
      throw new IllegalArgumentException(
          name + ": '" + text + "' is no time such as '10 min', '7 d' or PT12H", wrong);
    }
  }

  private static long bytes(String name, String text) {
    Matcher amount = AMOUNT.matcher(text.strip());
    try {
      if (!amount.matches()) {
        throw new NumberFormatException("no amount");
      }
      long count = Long.parseLong(amount.group(1));
      return switch (amount.group(2).toLowerCase(Locale.ROOT)) {
        case "", "b", "bytes" -> count;
        case "k", "kb", "kib" -> Math.multiplyExact(count, 1L << 10);
        case "m", "mb", "mib" -> Math.multiplyExact(count, 1L << 20);
        case "g", "gb", "gib" -> Math.multiplyExact(count, 1L << 30);
        default -> throw new NumberFormatException("unknown unit");
      };
    } catch (NumberFormatException | ArithmeticException wrong) {
      throw new IllegalArgumentException(
          name + ": '" + text + "' is no size such as '64 mb'", wrong);
    }
  }

  /**
   * Returns a description with options set, or reset where the value is null.
   *
   * @throws IllegalArgumentException if an option is unknown, or its value does not do
   */
  static TableDescription change(
      TableDescription before, Map<String, ? extends @Nullable String> changes) {
    SortedMap<String, String> options = new TreeMap<>(before.options().values());
    SortedMap<String, @Nullable String> roles = new TreeMap<>();
    changes.forEach(
        (name, value) -> {
          if (isKnown(name) && !NAMES.contains(name)) {
            roles.put(name, value);
          } else if (value == null) {
            requireKnown(name);
            options.remove(name);
          } else {
            options.put(name, value);
          }
        });
    TableOptions after = new TableOptions(options);
    after.applyTo(UpkeepOptions.DEFAULTS).ttlByPartition().requireFor(before.definition());
    return before.withOptions(withRoles(before.definition(), roles), after);
  }

  private static void requireKnown(String name) {
    if (!NAMES.contains(name)) {
      throw unknown(name);
    }
  }

  private static TableDefinition withRoles(
      TableDefinition before, SortedMap<String, @Nullable String> roles) {
    if (roles.isEmpty()) {
      return before;
    }
    List<Projection> projections = new ArrayList<>(before.projections());
    SortedMap<String, TreeSet<String>> parts = new TreeMap<>();
    for (String name : roles.keySet()) {
      Matcher projection = PROJECTION.matcher(name);
      if (projection.matches()) {
        parts.computeIfAbsent(projection.group(1), key -> new TreeSet<>()).add(name);
      }
    }
    for (String name : parts.keySet()) {
      String groupBy = roles.get("projection." + name + ".group-by");
      String aggregates = roles.get("projection." + name + ".aggregates");
      boolean known = projections.removeIf(projection -> projection.name().equals(name));
      if (groupBy != null) {
        projections.add(
            Projection.parse(name, groupBy, aggregates == null ? "count(*)" : aggregates));
      } else if (aggregates != null) {
        throw new IllegalArgumentException(
            "projection '" + name + "' needs both group-by and aggregates to be set anew");
      } else if (!known) {
        throw new IllegalArgumentException("there is no projection '" + name + "' to reset");
      }
    }
    return new TableDefinition(
        before.schema(),
        before.partitionColumns(),
        before.buckets(),
        before.bucketKey(),
        before.idColumn(),
        columns(roles, BLOOM_COLUMNS, before.bloomColumns()),
        columns(roles, TALLY_COLUMNS, before.tallyColumns()),
        before.timeZone(),
        projections);
  }

  private static List<String> columns(
      SortedMap<String, @Nullable String> roles, String name, List<String> before) {
    if (!roles.containsKey(name)) {
      return before;
    }
    String list = roles.get(name);
    List<String> columns = new ArrayList<>();
    for (String column : list == null ? new String[0] : list.split("[,;]", -1)) {
      if (!column.isBlank()) {
        columns.add(column.strip());
      }
    }
    return columns;
  }
}
