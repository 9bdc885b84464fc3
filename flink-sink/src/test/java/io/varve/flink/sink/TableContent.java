package io.varve.flink.sink;

import io.varve.column.BlockSource;
import io.varve.column.LongColumn;
import io.varve.io.FileStore;
import io.varve.query.Block;
import io.varve.query.RowCursor;
import io.varve.query.Selection;
import io.varve.table.ScanUnit;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** What a table shows. */
final class TableContent {

  private TableContent() {}

  static TableSnapshot latest(Path path) throws IOException {
    return TableSnapshot.latest(TableDirectory.open(TestTables.store(path)));
  }

  /** Returns the ids of all rows, sorted: equal ones stay, so that duplicates show. */
  static List<Long> ids(Path path) throws IOException {
    return ids(latest(path));
  }

  /** Returns the ids of all rows that a commit record shows. */
  static List<Long> idsAt(FileStore store, long record) throws IOException {
    return ids(TableSnapshot.at(TableDirectory.open(store), record));
  }

  static List<Long> ids(TableSnapshot snapshot) throws IOException {
    int idField = snapshot.table().schema().field(1).id();
    List<Long> ids = new ArrayList<>();
    for (ScanUnit unit : snapshot.units()) {
      try (BlockSource rows = unit.open(snapshot.table())) {
        for (int block = 0; block < rows.blockCount(); block++) {
          LongColumn column = (LongColumn) rows.read(block, idField);
          for (int row = 0; row < rows.rowCount(block); row++) {
            ids.add(column.get(row));
          }
        }
      }
    }
    Collections.sort(ids);
    return ids;
  }

  /** Returns all rows that a commit record shows, sorted by id. */
  static List<Event> eventsAt(FileStore store, long record) throws IOException {
    TableSnapshot snapshot = TableSnapshot.at(TableDirectory.open(store), record);
    List<Event> events = new ArrayList<>();
    RowCursor row = new RowCursor(snapshot.table().schema(), 0, 1, 2, 3);
    Selection all = new Selection();
    for (ScanUnit unit : snapshot.units()) {
      try (BlockSource rows = unit.open(snapshot.table())) {
        for (int index = 0; index < rows.blockCount(); index++) {
          all.selectAll(rows.rowCount(index));
          row.open(new Block(rows, index), all);
          while (row.next()) {
            events.add(event(row));
          }
        }
      }
    }
    events.sort(Comparator.comparingLong(Event::id));
    return events;
  }

  private static Event event(RowCursor row) {
    Instant time =
        Instant.ofEpochMilli(row.getTimestampMillis(0)).plusNanos(row.getTimestampNanosOfMilli(0));
    return new Event(time, row.getLong(1), row.getString(2), row.getLong(3));
  }
}
