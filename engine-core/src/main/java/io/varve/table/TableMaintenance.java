package io.varve.table;

import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.schema.Schema;
import io.varve.schema.SchemaChange;
import io.varve.schema.SchemaEvolution;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.Head;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.MaintenanceOperation;
import io.varve.table.protocol.MaintenanceRequest;
import io.varve.table.protocol.Tombstone;
import io.varve.table.protocol.Truncation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Changes what a table shows, beside the job that writes to it. Nothing here fences that job; where
 * it commits at the same time, the act is judged again by the newer commit. Every act is one commit
 * that names who did it and why. Confined to one thread.
 */
public final class TableMaintenance {

  /** The most ids that one delete takes. */
  public static final int MAX_IDS = 100_000;

  private final TableDirectory table;
  private final FileCommitLog log;
  private final String who;
  private final LongSupplier clockMillis;
  private final LogView view = new LogView();

  /**
   * Prepares maintenance of a table.
   *
   * @param who does it, in words, such as the name of the user and the host
   * @param clockMillis dates the commits
   */
  public TableMaintenance(TableDirectory table, String who, LongSupplier clockMillis) {
    this.table = table;
    this.log = new FileCommitLog(table.store());
    this.who = who;
    this.clockMillis = clockMillis;
  }

  /**
   * Deletes the rows that have one of some ids, for good: those that come later too.
   *
   * @param ids values of the id column, 1 to {@value #MAX_IDS}
   * @param why in words
   * @return the number of the commit
   * @throws IllegalArgumentException if the table has no id column, or one of another type
   */
  public long deleteIds(Collection<?> ids, String why) throws IOException {
    if (ids.isEmpty() || ids.size() > MAX_IDS) {
      throw new IllegalArgumentException(
          "a delete takes 1 to " + MAX_IDS + " ids, not " + ids.size() + "; delete them in parts");
    }
    return maintain(
        why,
        head -> {
          TableDirectory now = now(head);
          String idColumn = now.definition().idColumn();
          if (idColumn.isEmpty()) {
            throw new IllegalArgumentException(
                table.store().describe("") + ": has no id column; delete by a filter");
          }
          String condition = condition(Filter.in(idColumn, ids), now.schema());
          return List.of(new Change.Delete(Tombstone.lasting(newId(), null, condition)));
        });
  }

  /**
   * Deletes the rows that are visible now and for which a filter is true. Rows that come later
   * stay, unless a job that is taken back repeats what it had written before.
   *
   * @param why in words
   * @return the number of the commit
   * @throws IllegalArgumentException if the filter doesn't fit the table's columns
   */
  public long delete(Filter filter, String why) throws IOException {
    return maintain(
        why,
        head -> {
          String condition = condition(filter, now(head).schema());
          return List.of(
              new Change.Delete(Tombstone.visibleIn(head.state(), newId(), null, condition)));
        });
  }

  /**
   * Takes away all rows that are visible now, of the table or of some partitions. Rows that a
   * running job shows later stay: those of its checkpoints that complete after this commit.
   *
   * @param partitions values of partition columns as text, by column; those that are not named may
   *     have any value, so that an empty map is the whole table
   * @param why in words, maybe empty
   * @return the number of the commit, 0 if there was nothing
   * @throws IllegalArgumentException if a column is no partition column or a value not of its type
   */
  public long truncate(
      List<? extends Map<String, ? extends @Nullable String>> partitions, String why)
      throws IOException {
    String what =
        partitions.stream().anyMatch(Map::isEmpty)
            ? "truncate"
            : partitions.stream()
                .map(TableMaintenance::describe)
                .collect(Collectors.joining(", ", "truncate ", ""));
    return maintain(
        why.isEmpty() ? what : what + ": " + why,
        head -> {
          TableDirectory now = now(head);
          Set<String> directories = new TreeSet<>();
          for (Map<String, ? extends @Nullable String> partition : partitions) {
            directories.addAll(PartitionDirectories.of(now.definition(), partition, head.state()));
          }
          return Truncation.changes(head.state(), outermost(directories), newId());
        });
  }

  private static String describe(Map<String, ? extends @Nullable String> partition) {
    return new TreeMap<>(partition)
        .entrySet().stream()
            .map(value -> value.getKey() + "=" + value.getValue())
            .collect(Collectors.joining("/"));
  }

  /** Leaves out directories that are below others. */
  private static Set<String> outermost(Set<String> directories) {
    Set<String> all = new TreeSet<>(directories);
    all.removeIf(
        inner ->
            directories.stream()
                .anyMatch(outer -> !outer.equals(inner) && Truncation.isWithin(inner, outer)));
    return all;
  }

  /**
   * Changes the table's columns, all at once; no file is rewritten. Jobs that write to the table
   * take the change up at their next checkpoint.
   *
   * @param why in words, maybe empty
   * @return the number of the commit
   * @throws IllegalArgumentException if a change does not fit the columns there are by then
   */
  public long alter(List<SchemaChange> changes, String why) throws IOException {
    String what =
        changes.stream()
            .map(SchemaChange::describe)
            .collect(Collectors.joining(", ", "alter: ", ""));
    return maintain(
        why.isEmpty() ? what : what + ": " + why,
        head -> {
          TableDescription before = now(head).description();
          return define(
              before, before.evolved(SchemaEvolution.apply(before.definition(), changes)));
        });
  }

  /**
   * Sets options that hold for every job that writes to the table, and roles of columns; files that
   * are there stay as they are. Jobs take the change up at their next checkpoint.
   *
   * @param options by name, as of {@link TableOptions}; null resets an option
   * @param why in words, maybe empty
   * @return the number of the commit, 0 if everything is so already
   * @throws IllegalArgumentException if an option is unknown or its value does not do
   */
  public long setOptions(Map<String, ? extends @Nullable String> options, String why)
      throws IOException {
    String what =
        new TreeMap<>(options)
            .entrySet().stream()
                .map(
                    option ->
                        option.getValue() == null
                            ? "reset " + option.getKey()
                            : "set " + option.getKey() + " = " + option.getValue())
                .collect(Collectors.joining(", ", "alter: ", ""));
    return maintain(
        why.isEmpty() ? what : what + ": " + why,
        head -> {
          TableDescription before = now(head).description();
          return define(before, TableOptions.change(before, options));
        });
  }

  /**
   * Checks options as {@link #setOptions} does, and changes nothing.
   *
   * @throws IllegalArgumentException if an option is unknown or its value does not do
   */
  public void checkOptions(Map<String, ? extends @Nullable String> options) throws IOException {
    TableOptions.change(TableSnapshot.latest(table).table().description(), options);
  }

  private static List<Change> define(TableDescription before, TableDescription after)
      throws IOException {
    if (after.equals(before)) {
      return List.of();
    }
    String json = new String(TableJson.write(after), StandardCharsets.UTF_8);
    return List.of(new Change.Define(TableDirectory.DESCRIPTION_PROPERTY, json));
  }

  private static String condition(Filter filter, Schema schema) {
    BoundFilter.of(filter, schema);
    return DeleteCondition.of(filter, schema);
  }

  private TableDirectory now(Head head) throws IOException {
    return table.asOf(head.number(), head.state());
  }

  private static String newId() {
    return UUID.randomUUID().toString();
  }

  private long maintain(String why, MaintenanceRequest request) throws IOException {
    Author author = new Author(newId(), who, why);
    return new MaintenanceOperation(request, author, view).run(log, clockMillis, BackOff::await);
  }
}
