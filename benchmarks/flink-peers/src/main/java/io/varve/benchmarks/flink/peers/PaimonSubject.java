package io.varve.benchmarks.flink.peers;

import io.varve.benchmarks.flink.UsageRow;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.paimon.catalog.CatalogContext;
import org.apache.paimon.catalog.CatalogFactory;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.flink.sink.FlinkSinkBuilder;
import org.apache.paimon.options.Options;
import org.apache.paimon.table.Table;

/** An append-only table of Paimon. */
public final class PaimonSubject extends SqlReadSubject {

  /** Creates the subject. */
  public PaimonSubject() {}

  @Override
  public String name() {
    return "paimon";
  }

  @Override
  public String about() {
    return "append table without buckets, Parquet with zstd, its defaults for the rest, compaction"
        + " of small files in the job included; read by SQL";
  }

  @Override
  public void write(DataStream<UsageRow> rows, Path directory) throws Exception {
    define(batchTables(), directory);
    Options options = new Options();
    options.set("warehouse", directory.toUri().toString());
    Table table =
        CatalogFactory.createCatalog(CatalogContext.create(options))
            .getTable(Identifier.create("default", "usage"));
    new FlinkSinkBuilder(table).forRowData(rowData(rows)).build();
  }

  @Override
  public boolean isDataFile(Path file) {
    return file.toString().endsWith(".parquet");
  }

  @Override
  String define(TableEnvironment tables, Path directory) {
    tables.executeSql(
        String.format(
            Locale.ROOT,
            "CREATE CATALOG paimon WITH ('type' = 'paimon', 'warehouse' = '%s')",
            directory.toUri()));
    tables.executeSql(
        String.format(
            Locale.ROOT,
            "CREATE TABLE IF NOT EXISTS paimon.`default`.`usage` %s WITH ('bucket' = '-1',"
                + " 'file.format' = 'parquet', 'file.compression' = 'zstd',"
                + " 'scan.infer-parallelism' = 'false')",
            columns()));
    return "paimon.`default`.`usage`";
  }
}
