package io.varve.flink.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.flink.common.RowConverter;
import io.varve.io.LocalFileStore;
import io.varve.table.TableDirectory;
import io.varve.table.UpkeepOptions;
import io.varve.table.WriterOptions;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.OnRewind;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.WriterChanges;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The aggregator alone, driven as Flink drives it. */
class AggregatorOperatorTest {

  @TempDir Path directory;
  private int files;

  private OneInputStreamOperatorTestHarness<
          CommittableMessage<WriterResult>, CommittableMessage<SinkCommittable>>
      harness() throws Exception {
    return harness(SinkRun.draw(true));
  }

  private OneInputStreamOperatorTestHarness<
          CommittableMessage<WriterResult>, CommittableMessage<SinkCommittable>>
      harness(SinkRun run) throws Exception {
    SinkSettings<Event> settings =
        new SinkSettings<>(
            directory.toString(),
            Event.table(),
            RowConverter.ofRecord(Event.class),
            WriterOptions.DEFAULTS,
            UpkeepOptions.DEFAULTS,
            OnRewind.REWIND,
            OnInvalidRow.FAIL,
            false);
    return new OneInputStreamOperatorTestHarness<>(new AggregatorFactory(settings, run));
  }

  private String tableId() throws IOException {
    return TableDirectory.openOrCreate(new LocalFileStore(directory), Event.table()).id();
  }

  private CommittableMessage<WriterResult> message(long checkpoint, String table) {
    SegmentRef segment =
        new SegmentRef("bucket-0000/segments/1-" + files++ + ".vseg", 1, 1, 0, 0, 1);
    Change.Files change = new Change.Seal("bucket-0000", segment, null, false);
    WriterChanges changes = new WriterChanges("1", 1, List.of(change), 0);
    return new CommittableWithLineage<>(new WriterResult(table, changes), checkpoint, 0);
  }

  private static List<SinkCommittable.Checkpoint> emitted(Queue<Object> output) {
    return output.stream()
        .filter(StreamRecord.class::isInstance)
        .map(element -> ((StreamRecord<?>) element).getValue())
        .filter(CommittableWithLineage.class::isInstance)
        .map(element -> ((CommittableWithLineage<?>) element).getCommittable())
        .map(SinkCommittable.Checkpoint.class::cast)
        .toList();
  }

  /** What was sent for an aborted checkpoint is committed with the next. */
  @Test
  void foldsEverythingSinceItsLastEmission() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement(message(1, tableId()), 0);
      harness.processElement(message(2, tableId()), 0);
      harness.prepareSnapshotPreBarrier(2);
      List<SinkCommittable.Checkpoint> committables = emitted(harness.getOutput());
      assertThat(committables).hasSize(1);
      assertThat(committables.get(0).committable().checkpoint()).isEqualTo(2);
      assertThat(committables.get(0).committable().folded().changes()).hasSize(2);
    }
  }

  @Test
  void keepsTheLastWatermarkOfEventsAtTheEndOfInput() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processWatermark(new Watermark(77));
      harness.processElement(message(1, tableId()), 0);
      harness.processWatermark(Watermark.MAX_WATERMARK);
      harness.endInput();
      assertThat(emitted(harness.getOutput()).get(0).committable().watermark()).isEqualTo(77);
    }
  }

  @Test
  void refusesASecondSinkOfOneRun() throws Exception {
    SinkRun run = SinkRun.draw(true);
    try (var first = harness(run)) {
      first.open();
      try (var again = harness(run)) {
        again.open(); // another attempt of the same sink
      }
      SinkRun other = new SinkRun(run.timeMillis(), run.random(), "another sink", true);
      try (var second = harness(other)) {
        assertThatThrownBy(second::open)
            .hasStackTraceContaining("another sink")
            .hasStackTraceContaining("Unite the streams");
      }
    }
  }

  @Test
  void refusesAWriterThatSeesAnotherTable() throws Exception {
    try (var harness = harness()) {
      harness.open();
      assertThatThrownBy(() -> harness.processElement(message(1, "elsewhere"), 0))
          .hasStackTraceContaining("sees another table there (id elsewhere")
          .hasStackTraceContaining("file system that all hosts share");
    }
  }
}
