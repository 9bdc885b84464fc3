package io.varve.examples;

import io.varve.column.BlockSource;
import io.varve.query.Block;
import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.query.RowCursor;
import io.varve.query.Selection;
import io.varve.schema.Schema;
import io.varve.table.ScanUnit;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Reads the lines of bills from their table, without Flink. Stateless. */
final class BillTable {

  private BillTable() {}

  static List<BillLine> lines(TableDirectory table) throws IOException {
    TableSnapshot newest = TableSnapshot.latest(table);
    Schema schema = newest.table().schema();
    BoundFilter all = BoundFilter.of(Filter.all(), schema);
    RowCursor row = new RowCursor(schema, IntStream.range(0, schema.size()).toArray());
    Selection selection = new Selection();
    List<BillLine> lines = new ArrayList<>();
    for (ScanUnit unit : newest.units()) {
      try (BlockSource source = unit.open(newest.table())) {
        for (int index = 0; index < source.blockCount(); index++) {
          Block block = new Block(source, index);
          all.select(block, selection);
          row.open(block, selection);
          while (row.next()) {
            lines.add(line(row));
          }
        }
      }
    }
    return lines;
  }

  private static BillLine line(RowCursor row) {
    return new BillLine(
        Instant.ofEpochMilli(row.getTimestampMillis(0)),
        row.getLong(1),
        row.isNull(2) ? null : row.getString(2),
        row.isNull(3) ? null : row.getString(3),
        row.getLong(4),
        row.getLong(5),
        row.getLong(6));
  }
}
