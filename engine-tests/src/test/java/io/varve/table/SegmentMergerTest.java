package io.varve.table;

import static io.varve.table.UpkeepFixture.HOUR;
import static io.varve.table.UpkeepFixture.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.column.BlockSource;
import io.varve.column.LongColumn;
import io.varve.column.RowBatch;
import io.varve.io.LocalFileStore;
import io.varve.query.Filter;
import io.varve.table.UpkeepFixture.Attempt;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.SegmentRef;
import io.varve.testkit.FaultInjectingFileStore;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments of one partition written anew as fewer. */
class SegmentMergerTest {

  @TempDir Path directory;

  private static List<SegmentRef> segments(TableSnapshot snapshot) {
    return List.copyOf(snapshot.state().partition(PARTITION).segments().toSortedMap().values());
  }

  private static long writer(Random random) {
    return random.nextLong();
  }

  /** The same rows, in order, in as few segments as the target allows, without deleted ones. */
  @SeededTest(runs = 20)
  void keepsEveryRowThatIsNotDeleted(Random random) throws IOException {
    UpkeepFixture job = new UpkeepFixture(directory);
    List<Long> rows = new ArrayList<>();
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      for (int segment = 2 + random.nextInt(5); segment > 0; segment--) {
        long[] numbers = random.longs(1 + random.nextInt(3000), 0, 500).toArray();
        job.now += random.nextInt(3) * HOUR - HOUR; // segments that overlap, and that do not
        attempt.round(true, numbers);
        for (long number : numbers) {
          rows.add(number);
        }
      }
      TableMaintenance maintenance = new TableMaintenance(job.table, "a test", () -> job.now);
      if (random.nextBoolean()) {
        long below = random.nextInt(600);
        maintenance.delete(Filter.lt("n", below), "a test");
        rows.removeIf(row -> row < below);
      }
      int targetRows = 500 + random.nextInt(5000);
      TableSnapshot snapshot = TableSnapshot.latest(job.table);
      WriterOptions options = WriterOptions.DEFAULTS.withTargetRows(targetRows);
      Change.Replace replace =
          new SegmentMerger(snapshot, options, writer(random), () -> false)
              .merge(PARTITION, segments(snapshot));
      attempt.commit(replace);

      TableSnapshot merged = TableSnapshot.latest(job.table);
      Collections.sort(rows);
      assertThat(job.rows()).isEqualTo(rows);
      assertThat(segments(merged)).hasSize((rows.size() + targetRows - 1) / targetRows);
      for (SegmentRef output : segments(merged)) {
        assertThat(output.deletesThrough()).isEqualTo(snapshot.number());
        assertSorted(merged, output);
      }
      assertThat(UpkeepFixture.rows(TableSnapshot.at(job.table, snapshot.number())))
          .as("the commit before")
          .isEqualTo(rows);
    }
  }

  private static void assertSorted(TableSnapshot snapshot, SegmentRef segment) throws IOException {
    try (BlockSource source = snapshot.open(PARTITION, segment)) {
      assertThat(source.mayHaveDeletedRows()).isFalse();
      RowBatch rows = new RowBatch(source.schema());
      for (int block = 0; block < source.blockCount(); block++) {
        rows.appendFrom(source, block);
      }
      LongColumn time = rows.time();
      for (int row = 1; row < rows.rowCount(); row++) {
        assertThat(time.get(row)).isGreaterThanOrEqualTo(time.get(row - 1));
      }
    }
  }

  @Test
  void leavesNothingWhereEverythingHasBeenDeleted() throws IOException {
    UpkeepFixture job = new UpkeepFixture(directory);
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      attempt.round(true, 1, 2);
      attempt.round(true, 3);
      new TableMaintenance(job.table, "a test", () -> job.now).delete(Filter.all(), "a test");
      TableSnapshot snapshot = TableSnapshot.latest(job.table);
      Change.Replace replace =
          new SegmentMerger(snapshot, WriterOptions.DEFAULTS, 5, () -> false)
              .merge(PARTITION, segments(snapshot));
      assertThat(replace.outputs()).isEmpty();
      attempt.commit(replace);
      assertThat(segments(TableSnapshot.latest(job.table))).isEmpty();
    }
  }

  /** What has been merged meanwhile is not merged again: outputs and all are left out. */
  @Test
  void changesNothingWhereAnInputHasGone() throws IOException {
    UpkeepFixture job = new UpkeepFixture(directory);
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      attempt.round(true, 1, 2);
      attempt.round(true, 3);
      TableSnapshot snapshot = TableSnapshot.latest(job.table);
      Change.Replace one = merge(snapshot, 5);
      Change.Replace two = merge(snapshot, 6);
      attempt.commit(one);
      attempt.commit(two);
      assertThat(segments(TableSnapshot.latest(job.table))).isEqualTo(one.outputs());
      assertThat(job.rows()).containsExactly(1L, 2L, 3L);
    }
  }

  private static Change.Replace merge(TableSnapshot snapshot, long writer) throws IOException {
    return new SegmentMerger(snapshot, WriterOptions.DEFAULTS, writer, () -> false)
        .merge(PARTITION, segments(snapshot));
  }

  @Test
  void givesUpWhenItIsCancelled() throws IOException {
    UpkeepFixture job = new UpkeepFixture(directory);
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      attempt.round(true, new long[3000]);
      TableSnapshot snapshot = TableSnapshot.latest(job.table);
      SegmentMerger merger = new SegmentMerger(snapshot, WriterOptions.DEFAULTS, 5, () -> true);
      assertThatThrownBy(() -> merger.merge(PARTITION, segments(snapshot)))
          .isInstanceOf(CancellationException.class);
    }
  }

  /** Whatever call fails, the merge fails, and the table is what it was. */
  @Test
  void everyCallMayFail() throws IOException {
    long[] left = {0};
    UpkeepFixture job =
        new UpkeepFixture(
            directory,
            new FaultInjectingFileStore(
                new LocalFileStore(directory),
                (operation, path, moment) -> {
                  if (left[0] > 0 && --left[0] == 0) {
                    throw new IOException("injected");
                  }
                }));
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      attempt.round(true, 1, 2);
      attempt.round(true, 3);
      TableSnapshot snapshot = TableSnapshot.latest(job.table);
      long failures = 0;
      Change.Replace replace = null;
      while (replace == null) {
        left[0] = failures + 1;
        try {
          Change.Replace made = merge(snapshot, 100 + failures);
          replace = left[0] > 0 ? made : replace;
        } catch (IOException injected) {
          assertThat(injected).hasMessageContaining("injected");
        }
        failures++;
        left[0] = 0;
        assertThat(job.rows()).containsExactly(1L, 2L, 3L);
      }
      assertThat(failures).isGreaterThan(10);
      attempt.commit(replace);
      assertThat(job.rows()).containsExactly(1L, 2L, 3L);
    }
  }
}
