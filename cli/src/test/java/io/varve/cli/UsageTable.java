package io.varve.cli;

import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.nio.file.Path;

/** A table of usage events that a writer is still adding to. */
final class UsageTable implements AutoCloseable {

  static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestamp(3))
          .column("id", DataType.string())
          .column("user", DataType.string())
          .column("tokens", DataType.int64())
          .build();

  private final TestTable table;
  private int rows;

  UsageTable(Path directory) throws IOException {
    table = TestTable.create(directory, TableDefinition.builder(SCHEMA).idColumn("id").build());
  }

  /** Adds rows: e0, e1 … of users a, b, c in turn, with 0, 1 … tokens, one a minute. */
  void add(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      int row = rows++;
      table.add(
          sink -> {
            sink.setTimestamp(0, 1_700_000_000_000L + row * 60_000L, 0);
            sink.setString(1, "e" + row);
            sink.setString(2, String.valueOf((char) ('a' + row % 3)));
            sink.setLong(3, row);
          });
    }
  }

  long commit(boolean seal) throws IOException {
    return table.commit(seal);
  }

  @Override
  public void close() throws IOException {
    table.close();
  }
}
