package io.varve.flink.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.CorruptFileException;
import io.varve.query.Measure;
import io.varve.query.MeasureState;
import io.varve.query.PartialRow;
import io.varve.table.ScanUnit;
import io.varve.table.TableSnapshot;
import io.varve.testkit.SeededTest;
import io.varve.testkit.TestTable;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.testutils.source.reader.TestingReaderContext;
import org.apache.flink.connector.testutils.source.reader.TestingReaderOutput;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Damage that is to be left out: what is read and what is told must add up to all rows. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CorruptReadTest {

  private static final List<SkippedRows> TOLD = new ArrayList<>();

  private static <T> List<T> read(Source<T, VarveSplit, ?> source, List<VarveSplit> splits)
      throws Exception {
    TestingReaderOutput<T> output = new TestingReaderOutput<>();
    try (SourceReader<T, VarveSplit> reader = source.createReader(new TestingReaderContext())) {
      reader.addSplits(splits);
      reader.notifyNoMoreSplits();
      InputStatus status = InputStatus.MORE_AVAILABLE;
      while (status != InputStatus.END_OF_INPUT) {
        status = reader.pollNext(output);
        if (status == InputStatus.NOTHING_AVAILABLE) {
          reader.isAvailable().get();
        }
      }
    }
    return new ArrayList<>(output.getEmittedRecords());
  }

  @SeededTest(runs = 6)
  void whatIsReadAndWhatIsToldAreAllRows(Random random, @TempDir Path directory) throws Exception {
    TOLD.clear();
    List<Usage> rows = Usage.random(random, 0, 6000);
    TableSnapshot snapshot;
    try (TestTable table = Usage.table(directory, rows.subList(0, 5000))) {
      Usage.addAll(table, rows.subList(5000, 6000));
      table.commit(false);
      snapshot = TableSnapshot.latest(table.table());
    }
    List<ScanUnit> units = snapshot.units();
    Path file = directory.resolve(units.get(random.nextInt(units.size())).file());
    long offset = random.nextLong(Files.size(file));
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.seek(offset);
      int found = access.read();
      access.seek(offset);
      access.write(found ^ (1 << random.nextInt(8)));
    }
    List<VarveSplit> splits = ScanPlan.of(snapshot, 2).splits();
    VarveSource<Usage> source =
        VarveSource.ofRecords(Usage.class)
            .path(directory.toString())
            .onCorrupt(OnCorrupt.SKIP_AND_REPORT, TOLD::add)
            .build();

    List<Usage> read;
    try {
      read = read(source, splits);
    } catch (Exception damagedIndex) { // which no rows stand in
      assertNamed(damagedIndex, file);
      return;
    }
    assertThat(rows).containsAll(read);
    long left = TOLD.stream().mapToLong(SkippedRows::rows).sum();
    assertThat(read).hasSize((int) (rows.size() - left));
    assertThat(TOLD).allMatch(told -> told.file().equals(file.toString()));
    assertThat(TOLD).allMatch(told -> told.reason().contains(file.toString()));

    TOLD.clear();
    RollupSource sums =
        RollupSource.builder()
            .path(directory.toString())
            .groupBy("model")
            .aggregate(Measure.countRows(), Measure.sum("id"), Measure.sum("tokens"))
            .onCorrupt(OnCorrupt.SKIP_AND_REPORT, TOLD::add)
            .build();
    try {
      long counted = 0;
      for (PartialRow row : read(sums, splits)) {
        counted += ((MeasureState.Count) row.measures().get(0)).count();
      }
      assertThat(counted).isEqualTo(6000 - TOLD.stream().mapToLong(SkippedRows::rows).sum());
    } catch (Exception damagedIndex) {
      assertNamed(damagedIndex, file);
    }
  }

  private static void assertNamed(Exception failure, Path file) {
    assertThat(ExceptionUtils.findThrowable(failure, CorruptFileException.class))
        .as("%s", failure)
        .get()
        .extracting(Throwable::getMessage)
        .asString()
        .contains(file.toString());
  }
}
