package io.varve.benchmarks.peers;

import io.varve.benchmarks.UsageBatch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** DuckDB over a directory of Parquet files. */
public final class DuckDbParquetSubject extends SqlSubject {

  private int files;

  /** Creates a subject without data. */
  public DuckDbParquetSubject() {}

  @Override
  public String name() {
    return "duckdb-parquet";
  }

  @Override
  public String about() {
    return "a file for each sync, written by DuckDB with zstd and forced to the device, as a file"
        + " sink leaves them; asked with read_parquet over all";
  }

  @Override
  Connection connect(Path place, int threads) throws SQLException {
    Connection opened = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement statement = opened.createStatement()) {
      statement.execute("SET threads = " + threads);
      statement.execute("CREATE TABLE " + definition());
    }
    return opened;
  }

  @Override
  String table() {
    return "read_parquet('" + directory() + "/*.parquet')";
  }

  @Override
  String wholeDivision() {
    return "//";
  }

  @Override
  public void create(Path place, int mayUse) throws Exception {
    files = 0;
    super.create(place, mayUse);
  }

  @Override
  public boolean syncsFewRows() {
    return false;
  }

  @Override
  public void append(UsageBatch batch) throws SQLException {
    DuckDbSubject.appendTo(connection(), "usage", batch);
  }

  @Override
  public void sync() throws SQLException, IOException {
    Path file = directory().resolve((1_000_000 + files++) + ".parquet");
    execute(
        "COPY usage TO '" + file + "' (FORMAT parquet, COMPRESSION zstd)", "TRUNCATE TABLE usage");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  @Override
  public void finish() {
    // Every file is as it will be read.
  }
}
