package io.varve.flink.sink;

import io.varve.column.BlockSource;
import io.varve.column.LongColumn;
import io.varve.io.LocalFileStore;
import io.varve.table.ScanUnit;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What a table shows. */
final class TableContent {

  private TableContent() {}

  static TableSnapshot latest(Path path) throws IOException {
    return TableSnapshot.latest(TableDirectory.open(new LocalFileStore(path)));
  }

  /** Returns the ids of all rows, sorted: equal ones stay, so that duplicates show. */
  static List<Long> ids(Path path) throws IOException {
    return ids(latest(path));
  }

  /** Returns the ids of all rows that a commit record shows. */
  static List<Long> idsAt(Path path, long record) throws IOException {
    TableDirectory table = TableDirectory.open(new LocalFileStore(path));
    return ids(TableSnapshot.at(table, record));
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
}
