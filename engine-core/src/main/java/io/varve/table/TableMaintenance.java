package io.varve.table;

import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.schema.Schema;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.Head;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.MaintenanceOperation;
import io.varve.table.protocol.MaintenanceRequest;
import io.varve.table.protocol.Tombstone;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;

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
