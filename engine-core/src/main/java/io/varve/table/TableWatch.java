package io.varve.table;

import io.varve.table.protocol.Change;
import io.varve.table.protocol.CommitRecord;
import java.io.IOException;
import java.util.Optional;

/**
 * Notices when a table's columns or options have been changed, by reading each record once and no
 * state unless they have. Confined to one thread.
 */
public final class TableWatch {

  private final FileCommitLog log;
  private TableDirectory table;
  private long next;

  /**
   * Starts with a view of a table.
   *
   * @param table as of {@link TableDirectory#openOrCreate} or a snapshot
   */
  public TableWatch(TableDirectory table) {
    this.log = new FileCommitLog(table.store());
    this.table = table;
    this.next = table.commit() + 1;
  }

  /** Returns the newest view: where nothing has been changed, one of an older commit. */
  public TableDirectory table() {
    return table;
  }

  /**
   * Reads the records that came since the last call.
   *
   * @return whether columns, their roles or options have been changed
   */
  public boolean advance() throws IOException {
    boolean look = false;
    Optional<CommitRecord> record;
    while ((record = log.read(next)).isPresent()) {
      look |= mayChange(record.get());
      next++;
    }
    if (!look && log.base() < next) {
      return false;
    }
    TableDirectory now = TableSnapshot.latest(table).table();
    next = Math.max(next, now.commit() + 1);
    boolean changed =
        !now.description().equals(table.description())
            || !now.storedSchema().equals(table.storedSchema());
    if (changed) {
      table = now;
    }
    return changed;
  }

  private static boolean mayChange(CommitRecord record) {
    CommitRecord.Body body = record.body();
    if (body instanceof CommitRecord.Maintenance maintenance) {
      return maintenance.changes().stream()
          .anyMatch(
              change ->
                  change instanceof Change.Define define
                      && define.key().equals(TableDirectory.DESCRIPTION_PROPERTY));
    }
    return body instanceof CommitRecord.Open open && open.facts() != null;
  }
}
