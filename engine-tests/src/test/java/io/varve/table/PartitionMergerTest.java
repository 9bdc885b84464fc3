package io.varve.table;

import static io.varve.table.UpkeepFixture.HOUR;
import static io.varve.table.UpkeepFixture.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.table.UpkeepFixture.Attempt;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.PartitionState;
import io.varve.table.protocol.PersistentMap;
import io.varve.table.protocol.SegmentRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Merges beside a writer, each round run by hand. */
class PartitionMergerTest {

  private static final WriterOptions OPTIONS = WriterOptions.DEFAULTS.withTargetRows(100);

  @TempDir Path directory;
  private final Deque<Runnable> work = new ArrayDeque<>();
  private UpkeepFixture job;

  @BeforeEach
  void create() throws IOException {
    job = new UpkeepFixture(directory);
  }

  private PartitionMerger merger(boolean owns) {
    return new PartitionMerger(job.table, 4711, OPTIONS, partition -> owns, work::add);
  }

  private List<SegmentRef> segments() throws IOException {
    return List.copyOf(
        TableSnapshot.latest(job.table)
            .state()
            .partition(PARTITION)
            .segments()
            .toSortedMap()
            .values());
  }

  private void runAll() {
    while (!work.isEmpty()) {
      work.remove().run();
    }
  }

  /** Small segments become few, whatever the number of checkpoints; no row is lost on the way. */
  @Test
  void manySmallSegmentsBecomeFewLargeOnes() throws IOException {
    long written = 0;
    try (Attempt attempt = job.start(job.run(1), 0, null);
        PartitionMerger merger = merger(true)) {
      for (int i = 0; i < 200; i++) {
        job.now += HOUR;
        attempt.round(true, merger.take(), i, i, i);
        written += 3;
        merger.start();
        merger.start();
        assertThat(work).hasSizeLessThanOrEqualTo(1);
        runAll();
      }
      attempt.round(true, merger.take(), 200);
      assertThat(merger.failures()).isZero();
      assertThat(segments()).hasSizeLessThanOrEqualTo(20 + (int) written / 50);
      assertThat(segments()).allMatch(segment -> segment.rows() <= 100);
      assertThat(merger.mergedSegments()).isLessThan(400);
    }
    List<Long> expected = new ArrayList<>();
    LongStream.range(0, 200).forEach(i -> expected.addAll(List.of(i, i, i)));
    expected.add(200L);
    assertThat(job.rows()).isEqualTo(expected);
  }

  @Test
  void leavesThePartitionsOfOthersAlone() throws IOException {
    try (Attempt attempt = job.start(job.run(1), 0, null);
        PartitionMerger merger = merger(false)) {
      for (int i = 0; i < 10; i++) {
        attempt.round(true, List.of(), i);
      }
      merger.start();
      runAll();
      assertThat(merger.take()).isEmpty();
    }
  }

  @Test
  void aRoundThatFailsIsCountedAndHarmsNobody() throws IOException {
    try (Attempt attempt = job.start(job.run(1), 0, null);
        PartitionMerger merger = merger(true)) {
      for (int i = 0; i < 5; i++) {
        attempt.round(true, List.of(), i);
      }
      String lost = segments().get(0).file();
      byte[] content = job.store.readAll(lost, 1 << 20);
      job.store.delete(lost);
      merger.start();
      runAll();
      assertThat(merger.failures()).isEqualTo(1);
      assertThat(merger.take()).isEmpty();
      job.store.publish(lost, content);
      merger.start();
      runAll();
      List<Change.Replace> merges = merger.take();
      assertThat(merges).hasSize(1);
      attempt.round(true, merges, 5);
      assertThat(job.rows()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    }
  }

  @Test
  void aClosedOneGivesUpAndAnExecutorThatHasGoneIsNoFailure() throws IOException {
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      for (int i = 0; i < 5; i++) {
        attempt.round(true, List.of(), i);
      }
    }
    PartitionMerger gone =
        new PartitionMerger(
            job.table,
            1,
            OPTIONS,
            partition -> true,
            task -> {
              throw new RejectedExecutionException("shut down");
            });
    gone.start();
    gone.close();
    PartitionMerger direct =
        new PartitionMerger(job.table, 2, OPTIONS, partition -> true, Runnable::run);
    direct.close();
    direct.start();
    assertThat(direct.take()).isEmpty();
  }

  /** A row is written anew as often as its segment can double, not once per merge of the table. */
  @Test
  void writesARowAnewAFewTimesOnly() {
    WriterOptions options = WriterOptions.DEFAULTS.withTargetRows(1024);
    List<SegmentRef> segments = new ArrayList<>();
    long rewritten = 0;
    long rows = 0;
    for (int i = 0; i < 20_000; i++) {
      segments.add(new SegmentRef("s" + i, 4, 100, i, i, 1));
      rows += 4;
      PartitionState state = state(segments);
      List<SegmentRef> inputs = MergePlan.choose(MergePlan.small(state, options), options, 50);
      if (!inputs.isEmpty()) {
        long sum = inputs.stream().mapToLong(SegmentRef::rows).sum();
        segments.removeAll(inputs);
        segments.add(new SegmentRef("m" + i, sum, 100, inputs.get(0).minTime(), i, 1));
        rewritten += sum;
      }
      if (i > 2000) {
        segments.removeIf(segment -> segment.rows() > 512);
      }
      assertThat(segments.size()).isLessThan(64);
    }
    assertThat(rewritten).isLessThan(9 * rows);
  }

  private static PartitionState state(List<SegmentRef> segments) {
    PartitionState state = PartitionState.EMPTY;
    PersistentMap<SegmentRef> map = state.segments();
    for (SegmentRef segment : segments) {
      map = map.with(segment.file(), segment);
    }
    return new PartitionState(map, state.tails());
  }
}
