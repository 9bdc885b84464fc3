package io.varve.flink.sink;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.flink.common.RowConverter;
import io.varve.io.LocalFileStore;
import io.varve.io.OutputFile;
import io.varve.table.FileCommitLog;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import io.varve.table.UpkeepOptions;
import io.varve.table.WriterOptions;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.CommitOperation;
import io.varve.table.protocol.CommitRecord;
import io.varve.table.protocol.CommitRequest;
import io.varve.table.protocol.Committable;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.OnRewind;
import io.varve.table.protocol.TailPosition;
import io.varve.table.protocol.WriterChanges;
import io.varve.testkit.GoldenFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessageTypeInfo;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A job is upgraded: the aggregator starts from bytes that an older release put into a checkpoint,
 * and the table shows what that checkpoint had, whatever of it was committed before.
 */
class SinkUpgradeTest {

  private static final String TABLE_OF_GOLDEN = "00000000-0000-0000-0000-000000000000";
  private static final SinkRun RUN = new SinkRun(1000, 1, "sink", true);
  private static final SinkRun UPGRADED = new SinkRun(2000, 2, "sink", true);
  private static final String TAIL = "bucket-0000/tail/a-0.vtail";

  @TempDir Path directory;

  private OneInputStreamOperatorTestHarness<
          CommittableMessage<WriterResult>, CommittableMessage<SinkCommittable>>
      aggregator(SinkRun run) throws Exception {
    SinkSettings<Event> settings =
        new SinkSettings<>(
            directory.toString(),
            Event.table(),
            RowConverter.ofRecord(Event.class),
            WriterOptions.DEFAULTS,
            UpkeepOptions.DEFAULTS,
            OnRewind.FAIL,
            OnInvalidRow.FAIL,
            false);
    OneInputStreamOperatorTestHarness<
            CommittableMessage<WriterResult>, CommittableMessage<SinkCommittable>>
        harness =
            new OneInputStreamOperatorTestHarness<>(new AggregatorFactory(settings, run), 1, 1, 0);
    harness.setup(
        CommittableMessageTypeInfo.of(SinkSerializers::committables)
            .createSerializer(new SerializerConfigImpl()));
    return harness;
  }

  /** Puts the bytes of an older release where that release kept its state. */
  private static final class OldState extends AbstractStreamOperator<String>
      implements OneInputStreamOperator<String, String> {

    private static final long serialVersionUID = 1L;

    private final byte[] element;

    OldState(byte[] element) {
      this.element = element;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
      super.initializeState(context);
      context
          .getOperatorStateStore()
          .getListState(
              new ListStateDescriptor<>("varve-aggregator", BytePrimitiveArraySerializer.INSTANCE))
          .update(List.of(element));
    }

    @Override
    public void processElement(StreamRecord<String> element) {}
  }

  private static OperatorSubtaskState stateOf(byte[] golden) throws Exception {
    // As Flink frames it: version and length in front, big-endian.
    ByteBuffer element = ByteBuffer.allocate(8 + golden.length);
    element.putInt(0).putInt(golden.length).put(golden);
    try (var harness = new OneInputStreamOperatorTestHarness<>(new OldState(element.array()))) {
      harness.initializeEmptyState();
      harness.open();
      return harness.snapshot(2, 2);
    }
  }

  private LocalFileStore store() {
    return new LocalFileStore(directory);
  }

  private TableDirectory table() throws IOException {
    return TableDirectory.openOrCreate(store(), Event.table());
  }

  /** The golden state is of some table; now it is of this one. */
  private byte[] golden() throws IOException {
    byte[] bytes = GoldenFile.read(SinkUpgradeTest.class, "aggregator-state-v0.golden").bytes();
    byte[] id = table().id().getBytes(US_ASCII);
    assertThat(new String(bytes, 4, id.length, US_ASCII)).isEqualTo(TABLE_OF_GOLDEN);
    System.arraycopy(id, 0, bytes, 4, id.length);
    return bytes;
  }

  /** Makes the table that the older release left: two checkpoints, some of them committed. */
  private void runOlderRelease(int committed) throws Exception {
    try (OutputFile tail = store().create(TAIL)) {
      tail.sync();
    }
    try (var harness = aggregator(RUN)) {
      harness.initializeEmptyState();
      harness.open();
      for (int checkpoint = 1; checkpoint <= 2; checkpoint++) {
        long rows = 10L * checkpoint;
        TailPosition end = new TailPosition(100 * rows, rows);
        WriterChanges changes =
            new WriterChanges("a", rows, List.of(new Change.Extend("bucket-0000", TAIL, end)), 0);
        harness.processElement(
            new StreamRecord<>(
                new CommittableWithLineage<>(
                    new WriterResult(table().id(), changes), checkpoint, 0)));
        harness.prepareSnapshotPreBarrier(checkpoint);
        harness.snapshot(checkpoint, checkpoint);
        if (checkpoint <= committed) {
          commit(newestOf(harness.extractOutputValues()));
        }
      }
    }
  }

  private static Committable newestOf(List<CommittableMessage<SinkCommittable>> output) {
    CommittableMessage<SinkCommittable> last = output.get(output.size() - 1);
    SinkCommittable committable = ((CommittableWithLineage<SinkCommittable>) last).getCommittable();
    return ((SinkCommittable.Checkpoint) committable).committable();
  }

  private void commit(Committable committable) throws IOException {
    Author author = new Author("c" + committable.checkpoint(), "committer", "test");
    CommitRequest request = new CommitRequest(committable, OptionalLong.empty(), RUN.id(), author);
    new CommitOperation(request, new LogView())
        .run(new FileCommitLog(store()), () -> 5000, lost -> {});
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void stateOfVersion0IsRestored(int committed) throws Exception {
    runOlderRelease(committed);
    OperatorSubtaskState state = stateOf(golden());

    try (var harness = aggregator(UPGRADED)) {
      harness.setRestoredCheckpointId(2);
      harness.initializeState(state);
      harness.open();
    }

    TableSnapshot snapshot = TableSnapshot.latest(table());
    assertThat(snapshot.rowCount()).isEqualTo(20);
    CommitRecord open = snapshot.record().orElseThrow();
    assertThat(open.reign().lineage()).isEqualTo("run-1000-1");
    assertThat(open.reign().epoch()).isEqualTo(2);
    assertThat(((CommitRecord.Open) open.body()).pending()).hasSize(2 - committed);
  }
}
