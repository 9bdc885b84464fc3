package io.varve.flink.table;

import io.varve.flink.common.TablePaths;
import io.varve.table.CommitChoice;
import io.varve.table.TableDirectory;
import java.io.IOException;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.util.Collector;

/** Reads what a system table tells, in one task, when the job runs. Immutable. */
final class SystemTableSource implements ScanTableSource {

  private final SystemTable table;
  private final String path;
  private final CommitChoice commit;

  /**
   * Creates a source.
   *
   * @param path of the table that is told of
   */
  SystemTableSource(SystemTable table, String path, CommitChoice commit) {
    this.table = table;
    this.path = path;
    this.commit = commit;
  }

  @Override
  public ChangelogMode getChangelogMode() {
    return ChangelogMode.insertOnly();
  }

  @Override
  public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
    return new DataStreamScanProvider() {
      @Override
      public DataStream<RowData> produceDataStream(
          ProviderContext provider, StreamExecutionEnvironment env) {
        DataStream<Long> once = env.fromSequence(1, 1);
        SingleOutputStreamOperator<RowData> rows =
            once.flatMap(new Rows(table, path, commit))
                .returns(InternalTypeInfo.of(table.type().getLogicalType()))
                .name(table.suffix() + " of " + path)
                .setParallelism(1);
        provider.generateUid("rows").ifPresent(rows::uid);
        return rows;
      }

      @Override
      public boolean isBounded() {
        return true;
      }
    };
  }

  @Override
  public DynamicTableSource copy() {
    return this;
  }

  @Override
  public String asSummaryString() {
    return "Varve " + path + table.suffix();
  }

  /** Reads the rows, once. */
  private record Rows(SystemTable table, String path, CommitChoice commit)
      implements FlatMapFunction<Long, RowData> {
    @Override
    public void flatMap(Long once, Collector<RowData> out) throws IOException {
      TableDirectory directory = TableDirectory.open(TablePaths.open(path));
      table.rows(commit.of(directory)).forEach(out::collect);
    }
  }
}
