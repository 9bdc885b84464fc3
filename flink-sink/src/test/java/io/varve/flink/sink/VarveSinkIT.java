package io.varve.flink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.flink.common.RowConverter;
import io.varve.schema.TableDefinition;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** I10: bounded input in every mode ends with each row once. */
@Timeout(300)
class VarveSinkIT {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir Path directory;

  private static List<Long> range(long rows) {
    return LongStream.rangeClosed(1, rows).boxed().toList();
  }

  private void write(StreamExecutionEnvironment env, TableDefinition table, long rows)
      throws Exception {
    env.fromSequence(1, rows)
        .map(Event::of)
        .returns(Event.class)
        .sinkTo(
            VarveSink.<Event>builder()
                .path(TestTables.path(directory))
                .table(table)
                .converter(RowConverter.ofRecord(Event.class))
                .build())
        .uid("varve");
    env.execute();
  }

  @Test
  void streamingWithCheckpoints() throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(2);
    env.enableCheckpointing(50);
    write(env, Event.table(), 100_000);
    assertThat(TableContent.ids(directory)).isEqualTo(range(100_000));
  }

  @Test
  void streamingWithoutCheckpoints() throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(2);
    write(env, Event.bucketedTable(4), 10_000);
    assertThat(TableContent.ids(directory)).isEqualTo(range(10_000));
  }

  @Test
  void batch() throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(2);
    env.setRuntimeMode(RuntimeExecutionMode.BATCH);
    write(env, Event.bucketedTable(3), 10_000);
    assertThat(TableContent.ids(directory)).isEqualTo(range(10_000));
  }
}
