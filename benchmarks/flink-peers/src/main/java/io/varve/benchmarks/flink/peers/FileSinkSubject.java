package io.varve.benchmarks.flink.peers;

import io.varve.benchmarks.flink.UsageRow;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.formats.parquet.row.ParquetRowDataBuilder;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.hadoop.conf.Configuration;

/** Flink's own sink of files, in Parquet. */
public final class FileSinkSubject extends SqlReadSubject {

  /** Creates the subject. */
  public FileSinkSubject() {}

  @Override
  public String name() {
    return "filesink";
  }

  @Override
  public String about() {
    return "FileSink of Parquet with zstd, a file for each subtask and checkpoint as bulk formats"
        + " need, which it does not sync itself; read by SQL's filesystem connector";
  }

  @Override
  public void write(DataStream<UsageRow> rows, Path directory) {
    Configuration parquet = new Configuration();
    parquet.set("parquet.compression", "ZSTD");
    FileSink<RowData> sink =
        FileSink.forBulkFormat(
                new org.apache.flink.core.fs.Path(directory.toUri()),
                ParquetRowDataBuilder.createWriterFactory(TYPE, parquet, true))
            .build();
    rowData(rows).sinkTo(sink).uid("sink");
  }

  @Override
  public boolean isDataFile(Path file) {
    return file.getFileName().toString().startsWith("part-");
  }

  @Override
  String define(TableEnvironment tables, Path directory) {
    tables.executeSql(
        String.format(
            Locale.ROOT,
            "CREATE TEMPORARY TABLE IF NOT EXISTS `usage` %s WITH ('connector' = 'filesystem',"
                + " 'format' = 'parquet', 'path' = '%s',"
                + " 'source.path.regex-pattern' = '.*/part-[^/]*')",
            columns(),
            directory.toUri()));
    return "`usage`";
  }
}
