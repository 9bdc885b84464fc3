package io.varve.table;

import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.RowBuffer;
import io.varve.io.FileStore;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Fold;
import io.varve.table.protocol.GuestId;
import io.varve.table.protocol.GuestOperation;
import io.varve.table.protocol.GuestRequest;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.RunId;
import io.varve.table.protocol.WriterChanges;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A table of texts: what a test of writers puts in, commits and finds again. */
final class WrittenTable {

  static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestamp(3))
          .column("text", DataType.string())
          .build();

  private final TableDirectory table;
  private final Fold fold = new Fold();
  private long commits;

  WrittenTable(FileStore store) throws IOException {
    this.table = TableDirectory.openOrCreate(store, TableDefinition.builder(SCHEMA).build());
    this.commits = TableSnapshot.latest(table).number();
  }

  TableDirectory table() {
    return table;
  }

  static void add(TableWriter writer, String partition, String text) throws IOException {
    RowBuffer rows = writer.rows(partition);
    rows.setTimestamp(0, 1_000, 0);
    rows.setString(1, text);
    rows.endRow();
    writer.rowAdded();
  }

  /** Takes in what the next commit shows. */
  void collect(WriterChanges changes) {
    fold.add(changes);
  }

  void commit() throws IOException {
    GuestId guest = new GuestId(new RunId(++commits, 1), "sink");
    Author author = new Author("author" + commits, "who", "why");
    new GuestOperation(new GuestRequest(guest, fold.take(), author), new LogView())
        .run(new FileCommitLog(table.store()), () -> 1, conflict -> {});
  }

  void commit(WriterChanges changes) throws IOException {
    collect(changes);
    commit();
  }

  /** Returns the texts by partition, each partition's sorted. */
  Map<String, List<String>> content() throws IOException {
    Map<String, List<String>> content = new TreeMap<>();
    for (ScanUnit unit : TableSnapshot.latest(table).units()) {
      List<String> texts = content.computeIfAbsent(unit.partition(), path -> new ArrayList<>());
      try (BlockSource source = unit.open(table)) {
        for (int block = 0; block < source.blockCount(); block++) {
          Column column = source.read(block, SCHEMA.field(1).id());
          for (int row = 0; row < column.size(); row++) {
            texts.add(text(column, row));
          }
        }
      }
    }
    content.values().forEach(texts -> texts.sort(null));
    return content;
  }

  private static String text(Column column, int row) {
    BinaryColumn copy = new BinaryColumn();
    copy.appendFrom(column, row);
    return copy.getString(0);
  }
}
