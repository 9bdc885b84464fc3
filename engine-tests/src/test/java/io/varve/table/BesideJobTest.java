package io.varve.table;

import static io.varve.table.UpkeepFixture.HOUR;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.BlockSource;
import io.varve.column.LongColumn;
import io.varve.io.InputFile;
import io.varve.query.Filter;
import io.varve.segment.SegmentReader;
import io.varve.table.UpkeepFixture.Attempt;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Committable;
import io.varve.table.protocol.Expiry;
import io.varve.table.protocol.ExpiryLimits;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.RetainedLog;
import io.varve.tail.FrameRange;
import io.varve.tail.TailReader;
import io.varve.testkit.FaultInjectingFileStore;
import io.varve.testkit.FaultInjectingFileStore.Moment;
import io.varve.testkit.FaultInjectingFileStore.Operation;
import io.varve.testkit.MemoryFileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Before the k-th call on the store, for each k, the job seals its tail, merges, and lets all
 * commits but the newest expire, so that what was read a moment ago is gone unless a lease holds
 * it: whoever reads or maintains the table beside the job never misses a file.
 */
class BesideJobTest {

  private static final long GONE = 2;

  /** What is done beside the job; sees the table through the store that the job interrupts. */
  @FunctionalInterface
  private interface Act {
    void perform(TableDirectory table, UpkeepFixture fixture) throws IOException;
  }

  /** The job, which comes in between two calls of somebody else. */
  private static final class Interruption implements FaultInjectingFileStore.Hook {
    private final MemoryFileStore store = new MemoryFileStore(UpkeepFixture.UNDATED);
    private final UpkeepFixture fixture = new UpkeepFixture(store, store::date);
    private final Attempt job = fixture.start(fixture.run(1), 0, null);
    private final long at;
    private long calls;
    private long rows;

    Interruption(long at) throws IOException {
      this.at = at;
      add(false);
      for (int segment = 0; segment < 4; segment++) {
        add(true);
      }
      add(false);
      fixture.now += HOUR;
    }

    private void add(boolean seal) throws IOException {
      job.round(seal, rows + 1, rows + 2, rows + 3);
      rows += 3;
    }

    @Override
    public synchronized void on(Operation operation, String path, Moment when) throws IOException {
      if (when == Moment.BEFORE && ++calls == at) {
        add(true);
        new TableMerger(fixture.table, WriterOptions.DEFAULTS, "a job", () -> fixture.now)
            .mergeAll("upkeep", 1, merged -> {});
        Author author = new Author("expiry " + calls, "a job", "everything");
        new Expiry(new ExpiryLimits(Long.MAX_VALUE, 1), author, new LogView(), new RetainedLog())
            .run(new FileCommitLog(store), () -> fixture.now, lost -> {});
      }
    }

    List<Long> rows(boolean without) {
      return LongStream.rangeClosed(1, rows)
          .filter(row -> !without || row != GONE)
          .boxed()
          .toList();
    }
  }

  /** Performs an act with an interruption before each of its calls. */
  private static void perform(Act act, boolean removes) throws IOException {
    boolean interrupted = true;
    long at = 0;
    while (interrupted) {
      Interruption job = new Interruption(++at);
      TableDirectory table = TableDirectory.open(new FaultInjectingFileStore(job.store, job));
      act.perform(table, job.fixture);
      interrupted = job.calls >= at;
      assertThat(job.fixture.rows())
          .as("interrupted before call " + at)
          .isEqualTo(job.rows(removes));
      job.job.round(false, 1000);
      job.job.close();
    }
    assertThat(at).as("calls").isGreaterThan(10);
  }

  private static Filter gone() {
    return Filter.eq("n", GONE);
  }

  @Test
  void reads() throws IOException {
    perform(
        (table, fixture) -> {
          try (LeasedSnapshot leased = LeasedSnapshot.latest(table, "a test", () -> fixture.now)) {
            assertThat(leased.isLeased()).isTrue();
            assertThat(UpkeepFixture.rows(leased.snapshot())).isIn(rows(18), rows(21));
          }
        },
        false);
  }

  private static List<Long> rows(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  @Test
  void erases() throws IOException {
    perform(
        (table, fixture) ->
            new TableErasure(table, "a test", () -> fixture.now).erase(gone(), "a request"),
        true);
  }

  /** A seal that began before the delete holds the rows; it is committed before the k-th call. */
  @Test
  void anErasureTellsOfRowsThatAreSealedMeanwhile() throws IOException {
    boolean interrupted = true;
    for (long at = 1; interrupted; at++) {
      MemoryFileStore store = new MemoryFileStore(UpkeepFixture.UNDATED);
      UpkeepFixture fixture = new UpkeepFixture(store, store::date);
      Attempt job = fixture.start(fixture.run(1), 0, null);
      job.round(false, 1, GONE, 3);
      job.add(4);
      Committable sealed = Objects.requireNonNull(job.barrier(true));
      long[] left = {at};
      FaultInjectingFileStore.Hook hook =
          (operation, path, when) -> {
            if (when == Moment.BEFORE && --left[0] == 0) {
              job.commit(sealed);
            }
          };
      TableDirectory table = TableDirectory.open(new FaultInjectingFileStore(store, hook));
      TableErasure.Report report =
          new TableErasure(table, "a test", () -> fixture.now).erase(gone(), "a request");

      interrupted = left[0] <= 0;
      assertThat(report.notReached())
          .as("committed before call " + at)
          .extracting(TableErasure.NotReached::what)
          .containsAll(filesWithTheRow(fixture));
      job.close();
    }
  }

  private static List<String> filesWithTheRow(UpkeepFixture fixture) throws IOException {
    List<String> found = new ArrayList<>();
    int column = UpkeepFixture.SCHEMA.field(1).id();
    for (String file : fixture.files()) {
      InputFile input = fixture.store.open(file);
      FrameRange all = new FrameRange(0, input.length());
      try (BlockSource source =
          file.endsWith(".vseg")
              ? SegmentReader.open(input, fixture.table.schema())
              : TailReader.open(input, fixture.table.schema(), all, null)) {
        for (int block = 0; block < source.blockCount(); block++) {
          LongColumn values = (LongColumn) source.read(block, column);
          for (int row = 0; row < values.size(); row++) {
            if (values.get(row) == GONE && !found.contains(file)) {
              found.add(file);
            }
          }
        }
      }
    }
    return found;
  }

  @Test
  void merges() throws IOException {
    perform(
        (table, fixture) ->
            new TableMerger(table, WriterOptions.DEFAULTS, "a test", () -> fixture.now)
                .mergeAll("a test", 10, merged -> assertThat(merged.plan().rows()).isEqualTo(15)),
        false);
  }

  @Test
  void verifies() throws IOException {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      perform(
          (table, fixture) ->
              assertThat(
                      new TableVerifier(table.store(), true, threads, bytes -> {})
                          .verify()
                          .problems())
                  .isEmpty(),
          false);
    } finally {
      threads.shutdownNow();
    }
  }
}
