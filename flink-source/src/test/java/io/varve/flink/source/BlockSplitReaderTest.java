package io.varve.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.query.Filter;
import io.varve.table.TableSnapshot;
import io.varve.testkit.TestTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.testutils.source.reader.TestingReaderContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockSplitReaderTest {

  @TempDir Path directory;

  /** Thrown by the fetch alone it could be missed, and the job would wait for ever. */
  @Test
  void aFailureComesAmongTheElementsAndThenFromEveryFetch() throws Exception {
    TestTable table = Usage.table(directory, Usage.random(new Random(1), 0, 100));
    List<VarveSplit> splits = ScanPlan.of(TableSnapshot.latest(table.table()), 64).splits();
    Files.delete(directory.resolve(splits.get(0).unit().file()));
    ScanMetrics metrics = new ScanMetrics(new TestingReaderContext().metricGroup());
    BlockSplitReader<RowAt<Usage>> reader =
        new BlockSplitReader<>(
            ScanTarget.UNKNOWN.withPath(directory.toString()),
            new RowScan<>(
                RecordReader.columnsOf(Usage.class),
                Filter.all(),
                Long.MAX_VALUE,
                new CopiedRows<>(RowReader.ofRecord(Usage.class)),
                metrics),
            metrics);
    reader.handleSplitsChanges(new SplitsAddition<>(splits));

    RecordsWithSplitIds<RowAt<Usage>> fetched = reader.fetch();

    assertThat(fetched.nextSplit()).isEqualTo(splits.get(0).splitId());
    assertThatThrownBy(fetched::nextRecordFromSplit).hasStackTraceContaining("is gone");
    assertThat(fetched.finishedSplits()).isEmpty();
    assertThatThrownBy(reader::fetch).hasStackTraceContaining("is gone");
    reader.close();
  }

  /** Watermark alignment: a paused split gives nothing, and all of it when it goes on. */
  @Test
  void aPausedSplitGivesNothingUntilItGoesOn() throws Exception {
    TestTable table = Usage.table(directory, Usage.random(new Random(1), 0, 100));
    List<VarveSplit> splits = ScanPlan.of(TableSnapshot.latest(table.table()), 64).splits();
    ScanMetrics metrics = new ScanMetrics(new TestingReaderContext().metricGroup());
    BlockSplitReader<RowAt<Usage>> reader =
        new BlockSplitReader<>(
            ScanTarget.UNKNOWN.withPath(directory.toString()),
            new RowScan<>(
                RecordReader.columnsOf(Usage.class),
                Filter.all(),
                Long.MAX_VALUE,
                new CopiedRows<>(RowReader.ofRecord(Usage.class)),
                metrics),
            metrics);
    reader.handleSplitsChanges(new SplitsAddition<>(splits));
    reader.pauseOrResumeSplits(splits, List.of());
    reader.wakeUp(); // else the fetch would wait, as it must
    assertThat(reader.fetch().nextSplit()).isNull();

    reader.pauseOrResumeSplits(List.of(), splits);
    RecordsWithSplitIds<RowAt<Usage>> fetched = reader.fetch();
    assertThat(fetched.nextSplit()).isEqualTo(splits.get(0).splitId());
    int rows = 0;
    while (fetched.nextRecordFromSplit() != null) {
      rows++;
    }
    assertThat(rows).isEqualTo(100);
    assertThat(fetched.finishedSplits()).hasSize(1);
    reader.close();
  }
}
