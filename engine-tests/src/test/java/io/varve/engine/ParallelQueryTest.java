package io.varve.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.CorruptFileException;
import io.varve.query.Aggregation;
import io.varve.query.Filter;
import io.varve.query.Measure;
import io.varve.query.TimeBucket;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several threads give the answer of one, or its error, and leave no file open behind them. */
class ParallelQueryTest {

  private static final Aggregation ROLLUP =
      Aggregation.builder()
          .where(Filter.ge("counter_1", 3))
          .groupBy(TimeBucket.MINUTE)
          .groupBy("user", "status")
          .measure(
              Measure.countRows(),
              Measure.sum("counter_1"),
              Measure.min("ts"),
              Measure.max("counter_1"),
              Measure.avg("counter_1"))
          .build();

  @TempDir Path directory;

  private void fill(EventLog log, int events, Random random) throws IOException {
    int from = 0;
    while (from < events) {
      int to = from + 1 + random.nextInt(1024);
      log.appendBatch(LogEvents.events(from, to));
      if (random.nextInt(3) > 0) {
        log.seal();
      }
      for (int i = random.nextInt(5); i > 0; i--) {
        log.delete("id-" + random.nextInt(to));
      }
      from = to;
    }
  }

  @SeededTest(runs = 8)
  void theAnswerIsThatOfOneThread(Random random) throws IOException {
    ExecutorService pool = Executors.newFixedThreadPool(3);
    Path own = directory.resolve("log" + random.nextInt(1 << 20));
    try (EventLog log = EventLog.open(own, LogEvents.manual().build())) {
      fill(log, 8000, random);
      for (int threads = 1; threads <= 5; threads++) {
        assertThat(log.query(ROLLUP, pool, threads)).isEqualTo(log.query(ROLLUP));
      }
      Aggregation all = Aggregation.builder().measure(Measure.sum("counter_1")).build();
      assertThat(log.query(all, pool, 4)).isEqualTo(log.query(all));
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void anExecutorThatRefusesOrComesLateChangesNothing() throws IOException {
    List<Runnable> late = new ArrayList<>();
    try (EventLog log = EventLog.open(directory, LogEvents.manual().build())) {
      assertThat(log.query(ROLLUP, late::add, 4)).isEmpty();
      fill(log, 3000, new Random(1));
      assertThat(log.query(ROLLUP, late::add, 4)).isEqualTo(log.query(ROLLUP));
      assertThat(late).isNotEmpty();
      assertThat(
              log.query(
                  ROLLUP,
                  task -> {
                    throw new RejectedExecutionException();
                  },
                  4))
          .isEqualTo(log.query(ROLLUP));
      assertThatThrownBy(() -> log.query(ROLLUP, late::add, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("threads must be positive, is 0");
    }
    late.forEach(Runnable::run); // the log is closed: a task that still read would fail
  }

  @Test
  void damageIsToldWhoeverMeetsIt() throws IOException {
    try (EventLog log = EventLog.open(directory, LogEvents.manual().build())) {
      for (int i = 0; i < 6; i++) {
        log.appendBatch(LogEvents.events(i * 1000, (i + 1) * 1000));
        log.seal();
      }
    }
    try (Stream<Path> segments = Files.list(directory.resolve("segments"))) {
      for (Path segment : segments.sorted().skip(2).toList()) {
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
          file.seek(200); // below the first columns' blocks
          file.write(new byte[4000]);
        }
      }
    }
    ExecutorService pool = Executors.newFixedThreadPool(2);
    Aggregation ids = Aggregation.builder().measure(Measure.max("id")).groupBy("id").build();
    try (EventLog log = EventLog.open(directory, LogEvents.manual().build())) {
      for (int i = 0; i < 5; i++) {
        assertThatThrownBy(() -> log.query(ids, pool, 3)).isInstanceOf(CorruptFileException.class);
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
