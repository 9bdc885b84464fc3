package io.varve.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.CorruptFileException;
import io.varve.io.SnapshotExpiredException;
import io.varve.query.Aggregation;
import io.varve.query.AnswerLevels;
import io.varve.query.Filter;
import io.varve.query.Measure;
import io.varve.query.MeasureState;
import io.varve.query.PartialRow;
import io.varve.query.PartialRows;
import io.varve.table.TableSnapshot;
import io.varve.testkit.SeededTest;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.testutils.source.reader.TestingReaderContext;
import org.apache.flink.connector.testutils.source.reader.TestingReaderOutput;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.runtime.metrics.groups.InternalSourceReaderMetricGroup;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SourceReaderTest {

  @TempDir Path directory;

  private TableSnapshot write(List<Usage> rows, int inSegment) throws IOException {
    try (TestTable table = Usage.table(directory, rows.subList(0, inSegment))) {
      Usage.addAll(table, rows.subList(inSegment, rows.size()));
      table.commit(false);
      return TableSnapshot.latest(table.table());
    }
  }

  private static <T> List<T> read(
      Source<T, VarveSplit, ?> source, List<VarveSplit> splits, Random random, int mostPolls)
      throws Exception {
    return new StoppedReads(random, mostPolls).read(source, splits);
  }

  /** Wherever a reader is stopped: a row emitted twice or never is what could break. */
  @SeededTest(runs = 6)
  void stoppedRowReadersGoOnWhereTheyWere(Random random) throws Exception {
    List<Usage> rows = Usage.random(random, 0, 6000);
    TableSnapshot snapshot = write(rows, random.nextInt(6000));
    boolean filtered = random.nextBoolean();
    VarveSource<Usage> source =
        VarveSource.ofRecords(Usage.class)
            .path(directory.toString())
            .filter(filtered ? Filter.eq("model", 2) : Filter.all())
            .build();

    List<Usage> read = read(source, ScanPlan.of(snapshot, 2).splits(), random, 4000);

    assertThat(read)
        .containsExactlyInAnyOrderElementsOf(
            rows.stream().filter(row -> !filtered || row.model() == 2).toList());
  }

  /** The same for partial rows, flushed early so that splits are left in their middle. */
  @SeededTest(runs = 6)
  void stoppedRollupReadersGoOnWhereTheyWere(Random random) throws Exception {
    List<Usage> rows = Usage.random(random, 0, 20_000);
    TableSnapshot snapshot = write(rows, 5000 + random.nextInt(10_000));
    RollupSource source =
        RollupSource.builder()
            .path(directory.toString())
            .groupBy("user", "model")
            .aggregate(Measure.countRows(), Measure.sum("id"))
            .maxGroups(1 + random.nextInt(40))
            .build();
    List<VarveSplit> splits = ScanPlan.of(snapshot, 4).splits();

    List<PartialRow> whole = read(source, splits, new Random(0), 1_000_000);
    List<PartialRow> pieces = read(source, splits, random, 5);

    assertThat(PartialRows.of(pieces)).isEqualTo(PartialRows.of(whole));
    assertThat(PartialRows.of(whole).rows()).hasSize(32);
    assertThat(count(whole)).isEqualTo(rows.size());
  }

  private static long count(List<PartialRow> partials) {
    return partials.stream()
        .map(row -> (MeasureState.Count) row.measures().get(0))
        .mapToLong(MeasureState.Count::count)
        .sum();
  }

  @Test
  void earlyFlushesKeepMemoryBounded() throws Exception {
    TableSnapshot snapshot = write(Usage.random(new Random(1), 0, 8000), 8000);
    RollupSource source =
        RollupSource.builder()
            .path(directory.toString())
            .groupBy("id")
            .aggregate(Measure.countRows())
            .maxGroups(1000)
            .build();
    TestingReaderOutput<PartialRow> output = new TestingReaderOutput<>();
    TestingReaderContext context =
        new TestingReaderContext(
            new Configuration(),
            InternalSourceReaderMetricGroup.wrap(
                UnregisteredMetricGroups.createUnregisteredOperatorMetricGroup()));
    try (SourceReader<PartialRow, VarveSplit> reader = source.createReader(context)) {
      reader.addSplits(ScanPlan.of(snapshot, 64).splits());
      reader.isAvailable().get();
      while (output.getEmittedRecords().isEmpty()) {
        reader.pollNext(output);
      }

      assertThat(output.getEmittedRecords()).hasSizeBetween(1001, 2024);
      assertThat(context.metricGroup().getIOMetricGroup().getNumRecordsInCounter().getCount())
          .isEqualTo(output.getEmittedRecords().size());
    }
  }

  /** Flink wakes the fetching thread to hand it splits or to stop it; nothing may get lost. */
  @Test
  void aWokenFetchReturnsAtOnceAndLosesNothing() throws Exception {
    TableSnapshot snapshot = write(Usage.random(new Random(1), 0, 3000), 3000);
    RollupPlan plan =
        new RollupPlan(Aggregation.builder().measure(Measure.countRows()).build(), true, 10);
    ScanMetrics metrics = new ScanMetrics(new TestingReaderContext().metricGroup());
    try (BlockSplitReader<PartialBatch<PartialRow>> reader =
        new BlockSplitReader<>(
            ScanTarget.UNKNOWN.withPath(directory.toString()),
            new PartialScan<>(plan, AnswerLevels.ALL, metrics, PartialScan.ROWS),
            metrics)) {
      reader.handleSplitsChanges(new SplitsAddition<>(ScanPlan.of(snapshot, 64).splits()));
      reader.wakeUp();

      RecordsWithSplitIds<PartialBatch<PartialRow>> woken = reader.fetch();
      assertThat(woken.nextSplit()).isNull();
      assertThat(woken.finishedSplits()).isEmpty();

      RecordsWithSplitIds<PartialBatch<PartialRow>> rest = reader.fetch();
      assertThat(rest.nextSplit()).isEqualTo(snapshot.number() + "-0");
      PartialBatch<PartialRow> batch = Objects.requireNonNull(rest.nextRecordFromSplit());
      assertThat(count(batch.partials())).isEqualTo(3000);
      assertThat(batch.nextBlock()).isEqualTo(3);
      assertThat(rest.nextRecordFromSplit()).isNull();
      assertThat(rest.nextSplit()).isNull();
      assertThat(rest.finishedSplits()).containsExactly(snapshot.number() + "-0");
      assertThat(reader.fetch().nextSplit()).isNull();
    }
  }

  @Test
  void asksForASplitOnlyWhenItHasNone() throws Exception {
    TableSnapshot snapshot = write(Usage.random(new Random(1), 0, 10), 10);
    VarveSource<Usage> source =
        VarveSource.ofRecords(Usage.class).path(directory.toString()).build();
    TestingReaderContext context = new TestingReaderContext();
    try (SourceReader<Usage, VarveSplit> reader = source.createReader(context)) {
      reader.addSplits(ScanPlan.of(snapshot, 1).splits());
      reader.start();
      assertThat(context.getNumSplitRequests()).isZero();
      TestingReaderOutput<Usage> output = new TestingReaderOutput<>();
      while (context.getNumSplitRequests() == 0) {
        if (reader.pollNext(output) == InputStatus.NOTHING_AVAILABLE) {
          reader.isAvailable().get();
        }
      }
      assertThat(output.getEmittedRecords()).hasSize(10);
      assertThat(reader.snapshotState(1)).isEmpty();
    }
  }

  /** Every byte of a segment: wrong rows, or an error of another kind, is what could break. */
  @SeededTest(runs = 25)
  void aDamagedByteIsFoundAndNamed(Random random) throws Exception {
    List<Usage> rows = Usage.random(random, 0, 3000);
    boolean tail = random.nextBoolean();
    TableSnapshot snapshot = write(rows, tail ? 100 : 2900);
    VarveSplit split =
        ScanPlan.of(snapshot, 64).splits().stream()
            .filter(one -> one.unit().file().endsWith(tail ? ".vtail" : ".vseg"))
            .findFirst()
            .orElseThrow();
    Path file = directory.resolve(split.unit().file());
    long offset = random.nextInt((int) Files.size(file));
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.seek(offset);
      int found = access.read();
      access.seek(offset);
      access.write(found ^ (1 << random.nextInt(8)));
    }
    VarveSource<Usage> source =
        VarveSource.ofRecords(Usage.class).path(directory.toString()).build();

    try {
      List<Usage> read = read(source, List.of(split), random, 1_000_000);

      assertThat(rows).containsAll(read);
      assertThat(read).hasSize((int) split.unit().rows());
    } catch (Exception failure) {
      assertThat(ExceptionUtils.findThrowable(failure, CorruptFileException.class))
          .as("at byte %s of %s: %s", offset, file, failure)
          .isPresent()
          .get()
          .extracting(Throwable::getMessage)
          .asString()
          .contains(file.toString())
          .contains("byte");
    }
  }

  /** In the middle of a block, at its end, and of blocks of which few rows are wanted. */
  @SeededTest(runs = 8)
  void aReaderStopsAtItsLimit(Random random) throws Exception {
    List<Usage> rows = Usage.random(random, 0, 4000);
    TableSnapshot snapshot = write(rows, 4000);
    int limit = random.nextBoolean() ? 1024 : 1 + random.nextInt(3000);
    boolean filtered = random.nextBoolean();
    Filter filter = filtered ? Filter.lt("id", 50L) : Filter.all();
    int wanted = Math.min(limit, filtered ? 50 : 4000);
    List<VarveSplit> splits = ScanPlan.of(snapshot, 1).splits();

    List<Usage> copies =
        read(
            VarveSource.ofRecords(Usage.class)
                .path(directory.toString())
                .filter(filter)
                .limit(limit)
                .build(),
            splits,
            random,
            1_000_000);
    List<HeldRows.HeldRow> views =
        read(
            VarveSource.<HeldRows.HeldRow>builder()
                .path(directory.toString())
                .columns("id")
                .filter(filter)
                .limit(limit)
                .views(new HeldRows(), Types.GENERIC(HeldRows.HeldRow.class))
                .build(),
            splits,
            random,
            1_000_000);

    assertThat(copies).hasSize(wanted).doesNotHaveDuplicates();
    assertThat(rows).containsAll(copies);
    assertThat(views.stream().map(HeldRows.HeldRow::text).toList())
        .isEqualTo(copies.stream().map(row -> String.valueOf(row.id())).toList());
  }

  @Test
  void aFileThatIsGoneMeansThatTheCommitExpired() throws Exception {
    TableSnapshot snapshot = write(Usage.random(new Random(1), 0, 10), 10);
    List<VarveSplit> splits = ScanPlan.of(snapshot, 1).splits();
    Files.delete(directory.resolve(splits.get(0).unit().file()));
    VarveSource<Usage> source =
        VarveSource.ofRecords(Usage.class).path(directory.toString()).build();

    assertThatThrownBy(() -> read(source, splits, new Random(1), 100))
        .rootCause()
        .isInstanceOf(SnapshotExpiredException.class)
        .hasMessageContaining(".vseg: is gone")
        .hasMessageContaining("history");
  }

  @Test
  void aSourceNeedsAPathAndAConverter() {
    assertThatThrownBy(() -> VarveSource.ofRecords(Usage.class).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("path(…)");
    assertThatThrownBy(() -> VarveSource.builder().path("/t").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("converter(…)");
    assertThatThrownBy(() -> RollupSource.builder().build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("path(…)");
  }
}
