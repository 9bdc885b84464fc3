package io.varve.flink.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.query.AggregateRow;
import io.varve.query.Filter;
import io.varve.query.Measure;
import io.varve.query.TimeBucket;
import io.varve.testkit.TestTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table of segments and tails is read whole, once, in batch and in streaming jobs. */
class SourcesIT {

  @TempDir Path dir;

  @Test
  void readRowsAndRollups() throws Exception {
    List<Usage> rows = Usage.random(new Random(1), 0, 50_000);
    try (TestTable table = Usage.table(dir, rows.subList(0, 30_000))) {
      Usage.addAll(table, rows.subList(30_000, 50_000));
      table.commit(false);
    }
    for (RuntimeExecutionMode mode :
        List.of(RuntimeExecutionMode.BATCH, RuntimeExecutionMode.STREAMING)) {
      StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
      env.setRuntimeMode(mode);
      env.setParallelism(2);
      List<Usage> read =
          env.fromSource(
                  VarveSource.ofRecords(Usage.class).path(dir.toString()).splitRows(4096).build(),
                  WatermarkStrategy.noWatermarks(),
                  "x")
              .executeAndCollect(100_000);
      assertThat(read).containsExactlyInAnyOrderElementsOf(rows);
      List<AggregateRow> groups =
          RollupSource.builder()
              .path(dir.toString())
              .groupBy(TimeBucket.DAY)
              .groupBy("user")
              .filter(Filter.ge("tokens", 10))
              .aggregate(Measure.countRows(), Measure.sum("tokens"), Measure.avg("cost"))
              .build()
              .toStream(env)
              .executeAndCollect(100_000);
      assertThat(groups.stream().mapToLong(r -> r.getLong(2)).sum())
          .isEqualTo(rows.stream().filter(r -> r.tokens() != null && r.tokens() >= 10).count());
      assertThat(groups.stream().map(AggregateRow::keys).distinct()).hasSize(groups.size());
      AggregateRow nothing =
          RollupSource.builder()
              .path(dir.toString())
              .filter(Filter.ge("tokens", 1_000_000))
              .aggregate(Measure.countRows(), Measure.sum("tokens"))
              .build()
              .toStream(env)
              .executeAndCollect(2)
              .get(0);
      assertThat(nothing.getLong(0)).isZero();
      assertThat(nothing.isNull(1)).isTrue();
    }
  }
}
