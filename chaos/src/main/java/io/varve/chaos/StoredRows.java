package io.varve.chaos;

import io.varve.column.BlockSource;
import io.varve.query.Block;
import io.varve.query.RowCursor;
import io.varve.query.Selection;
import io.varve.table.ScanUnit;
import io.varve.table.TableDirectory;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * What a table's files hold. Each file, and each range of one, is read once: what a commit names
 * never changes. Confined to one thread.
 */
final class StoredRows {

  private static final int TIME = 0;
  private static final int TENANT = 1;
  private static final int KEY = 2;
  private static final int SEQUENCE = 3;
  private static final int ATTEMPT = 4;
  private static final int TEXT = 5;

  private final TableDirectory table;
  private final Map<ScanUnit, Map<Long, KeyDigest>> units = new HashMap<>();
  private final Selection selection = new Selection();

  StoredRows(TableDirectory table) {
    this.table = table;
  }

  /** Is given the rows of files. */
  @FunctionalInterface
  interface Visitor {
    void row(long key, long sequence, long attempt, long digest);
  }

  /** Returns what a unit holds, by key. */
  Map<Long, KeyDigest> digests(ScanUnit unit) throws IOException {
    Map<Long, KeyDigest> known = units.get(unit);
    if (known == null) {
      Map<Long, KeyDigest> read = new HashMap<>();
      visit(
          unit,
          (key, sequence, attempt, digest) -> KeyDigest.add(read, key, new KeyDigest(1, digest)));
      known = read;
      units.put(unit, known);
    }
    return known;
  }

  /** Visits each row of a unit. */
  void visit(ScanUnit unit, Visitor visitor) throws IOException {
    RowCursor row = new RowCursor(table.schema(), TIME, TENANT, KEY, SEQUENCE, ATTEMPT, TEXT);
    try (BlockSource source = unit.open(table)) {
      for (int index = 0; index < source.blockCount(); index++) {
        Block block = new Block(source, index);
        selection.selectAll(block.rowCount());
        row.open(block, selection);
        while (row.next()) {
          long key = row.getLong(KEY);
          long sequence = row.getLong(SEQUENCE);
          long attempt = row.getLong(ATTEMPT);
          long digest =
              ChaosRow.digest(
                  row.getLong(TIME),
                  row.getString(TENANT),
                  key,
                  sequence,
                  attempt,
                  row.getString(TEXT));
          visitor.row(key, sequence, attempt, digest);
        }
      }
    }
  }
}
