package io.varve.flink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.LocalFileStore;
import io.varve.io.OutputFile;
import io.varve.table.FileCommitLog;
import io.varve.table.HistoryOptions;
import io.varve.table.TableDirectory;
import io.varve.table.TableUpkeep;
import io.varve.table.UpkeepOptions;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.MaintenanceOperation;
import io.varve.table.protocol.OnRewind;
import io.varve.table.protocol.OpenOperation;
import io.varve.table.protocol.OpenRequest;
import io.varve.table.protocol.RunId;
import io.varve.testkit.FaultInjectingFileStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rounds of upkeep, called by hand; the thread's own first round is a day away. */
class BackgroundUpkeepTest {

  private static final UpkeepOptions OPTIONS =
      new UpkeepOptions(new HistoryOptions(1, 1), TimeUnit.DAYS.toMillis(1), UpkeepOptions.FOREVER);

  @TempDir Path directory;
  private final Map<String, Counter> counters = new HashMap<>();
  private final Map<String, Gauge<?>> gauges = new HashMap<>();
  private boolean fails;

  private final UnregisteredMetricsGroup metrics =
      new UnregisteredMetricsGroup() {
        @Override
        public Counter counter(String name) {
          return counters.computeIfAbsent(name, super::counter);
        }

        @Override
        public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
          gauges.put(name, gauge);
          return gauge;
        }
      };

  private TableDirectory table() throws IOException {
    return TableDirectory.openOrCreate(
        new FaultInjectingFileStore(
            new LocalFileStore(directory),
            (operation, path, moment) -> {
              if (fails) {
                throw new IOException("the disk is gone");
              }
            }),
        Event.table());
  }

  private long failures() {
    return Objects.requireNonNull(counters.get("failedUpkeeps")).getCount();
  }

  /** A disk that fails for a while must not fail the job, and is told. */
  @Test
  void aFailedRoundIsCountedAndTheNextOneDoesTheWork() throws Exception {
    long[] now = {1_000};
    TableDirectory table = table();
    commitThrice(table);
    try (BackgroundUpkeep upkeep =
        new BackgroundUpkeep(
            new TableUpkeep(table, "a test", () -> now[0] += 10), OPTIONS, metrics)) {
      fails = true;
      upkeep.round();
      upkeep.round();
      assertThat(failures()).isEqualTo(2);
      fails = false;
      upkeep.round();
      assertThat(failures()).isEqualTo(2);
      assertThat(new FileCommitLog(table.store()).base()).isPositive();
    }
  }

  private static void commitThrice(TableDirectory table) throws IOException {
    for (int i = 1; i <= 3; i++) {
      Author author = new Author("a" + i, "a test", "a property");
      List<Change> changes = List.of(new Change.Define("key", "value " + i));
      new MaintenanceOperation(head -> changes, author, new LogView())
          .run(new FileCommitLog(table.store()), () -> 1, lost -> {});
    }
  }

  @Test
  void aClosedOneDoesNothingMore() throws Exception {
    TableDirectory table = table();
    BackgroundUpkeep upkeep =
        new BackgroundUpkeep(new TableUpkeep(table, "a test", () -> 1_000), OPTIONS, metrics);
    upkeep.close();
    upkeep.close();
    fails = true;
    upkeep.round();
    assertThat(failures()).isZero();
  }

  /** What is there and nobody shows, neither what has been removed nor what a job is writing. */
  @Test
  void orphansAreThoseThatAreThere() throws Exception {
    TableDirectory table = table();
    long[] now = {System.currentTimeMillis()};
    open(table, 1, now[0]++);
    UpkeepOptions options =
        new UpkeepOptions(
            new HistoryOptions(TimeUnit.HOURS.toMillis(1), 1),
            TimeUnit.DAYS.toMillis(1),
            UpkeepOptions.FOREVER);
    TableUpkeep rounds = new TableUpkeep(table, "a test", () -> now[0]);
    try (BackgroundUpkeep upkeep = new BackgroundUpkeep(rounds, options, metrics)) {
      assertThat(orphanBytes()).as("not looked at yet").isEqualTo(-1);
      String segment = "bucket-0000/segments/00000000000000ff-0.vseg";
      try (OutputFile file = table.store().create(segment)) {
        file.write(new byte[100], 0, 100);
      }
      upkeep.round();
      assertThat(orphanBytes()).as("a job is writing it").isZero();

      now[0] += TimeUnit.MINUTES.toMillis(1);
      open(table, 2, now[0]++);
      for (int round = 0; round < 6; round++) {
        upkeep.round();
      }
      assertThat(orphanBytes()).isEqualTo(100);
      assertThat(directory.resolve(segment)).exists();

      now[0] += TimeUnit.HOURS.toMillis(2);
      upkeep.round();
      assertThat(directory.resolve(segment)).doesNotExist();
      assertThat(orphanBytes()).isZero();
    }
  }

  private long orphanBytes() {
    return (Long) Objects.requireNonNull(gauges.get("orphanBytes")).getValue();
  }

  private static void open(TableDirectory table, long run, long millis) throws IOException {
    OpenRequest request =
        new OpenRequest(table.id(), new RunId(millis, run), "sink", 0, null, OnRewind.REWIND);
    new OpenOperation(request, new Author("open" + run, "a test", "a start"), new LogView())
        .run(new FileCommitLog(table.store()), () -> millis, lost -> {});
  }
}
