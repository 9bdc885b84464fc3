package io.varve.benchmarks.flink.peers;

import io.varve.benchmarks.flink.UsageRow;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.flink.sink.IcebergSink;

/** A table of Iceberg in a catalog of files. */
public final class IcebergSubject extends SqlReadSubject {

  /** Creates the subject. */
  public IcebergSubject() {}

  @Override
  public String name() {
    return "iceberg";
  }

  @Override
  public String about() {
    return "IcebergSink into a table of format 2 without partitions, Parquet with zstd, no"
        + " distribution, its defaults for the rest; read by SQL";
  }

  @Override
  public void write(DataStream<UsageRow> rows, Path directory) {
    define(batchTables(), directory);
    IcebergSink.forRowData(rowData(rows))
        .tableLoader(
            TableLoader.fromHadoopTable(directory.resolve("db").resolve("usage").toString()))
        .append();
  }

  @Override
  public boolean isDataFile(Path file) {
    return file.toString().endsWith(".parquet");
  }

  @Override
  String define(TableEnvironment tables, Path directory) {
    tables.getConfig().set("table.exec.iceberg.infer-source-parallelism", "false");
    tables.executeSql(
        String.format(
            Locale.ROOT,
            "CREATE CATALOG iceberg WITH ('type' = 'iceberg', 'catalog-type' = 'hadoop',"
                + " 'warehouse' = '%s')",
            directory.toUri()));
    tables.executeSql("CREATE DATABASE IF NOT EXISTS iceberg.db");
    tables.executeSql(
        String.format(
            Locale.ROOT,
            "CREATE TABLE IF NOT EXISTS iceberg.db.`usage` %s WITH ('format-version' = '2',"
                + " 'write.format.default' = 'parquet', 'write.parquet.compression-codec' ="
                + " 'zstd', 'write.distribution-mode' = 'none')",
            columns()));
    return "iceberg.db.`usage`";
  }
}
