package io.varve.flink.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.CorruptFileException;
import io.varve.io.UnsupportedVersionException;
import io.varve.table.protocol.AggregatorState;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.Committable;
import io.varve.table.protocol.FoldedChanges;
import io.varve.table.protocol.GuestId;
import io.varve.table.protocol.Last;
import io.varve.table.protocol.RunId;
import io.varve.table.protocol.TailPosition;
import io.varve.table.protocol.WriterChanges;
import io.varve.testkit.GoldenFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.junit.jupiter.api.Test;

/** The sink's bytes in checkpoints and between tasks: the release after this one must read them. */
class SinkStateGoldenTest {

  private static final String TABLE = "00000000-0000-0000-0000-000000000000";
  private static final String LINEAGE = "run-1000-1";
  private static final RunId RUN = new RunId(1000, 1);
  private static final Last FIRST = new Last.Commit(1, 1);

  private static FoldedChanges folded(long rows, long lateRows) {
    return new FoldedChanges(List.of(extend(rows)), new TreeMap<>(Map.of("a", rows)), lateRows);
  }

  private static Change.Extend extend(long rows) {
    return new Change.Extend(
        "bucket-0000", "bucket-0000/tail/a-0.vtail", new TailPosition(100 * rows, rows));
  }

  private static <T> void check(SimpleVersionedSerializer<T> serializer, T value, String name)
      throws IOException {
    GoldenFile golden = GoldenFile.read(SinkStateGoldenTest.class, name + "-v0.golden");
    golden.assertMatches(serializer.serialize(value));
    assertThat(serializer.deserialize(0, golden.bytes())).isEqualTo(value);

    byte[] shorter = Arrays.copyOf(golden.bytes(), golden.length() - 1);
    byte[] longer = Arrays.copyOf(golden.bytes(), golden.length() + 1);
    for (byte[] damaged : List.of(shorter, longer)) {
      assertThatThrownBy(() -> serializer.deserialize(0, damaged))
          .isInstanceOf(CorruptFileException.class);
    }
    assertThatThrownBy(() -> serializer.deserialize(99, golden.bytes()))
        .isInstanceOf(UnsupportedVersionException.class)
        .hasMessageContaining("version 99")
        .hasMessageContaining("restore with the release that took the checkpoint");
  }

  @Test
  void whatAWriterMadeDurable() throws IOException {
    WriterChanges changes = new WriterChanges("a", 3, List.of(extend(10)), 2);
    check(SinkSerializers.writerResults(), new WriterResult(TABLE, changes), "writer-result");
  }

  @Test
  void theCommittableOfACheckpoint() throws IOException {
    Committable committable = new Committable(LINEAGE, 1, 2, FIRST, 77, folded(20, 2));
    check(
        SinkSerializers.committables(),
        new SinkCommittable.Checkpoint(committable),
        "committable-checkpoint");
  }

  @Test
  void theCommittableOfAJobWithoutCheckpoints() throws IOException {
    check(
        SinkSerializers.committables(),
        new SinkCommittable.WholeJob(new GuestId(RUN, "sink"), folded(20, 2)),
        "committable-job");
  }

  @Test
  void theStateOfTheAggregator() throws IOException {
    Last start = new Last.Start(RUN);
    AggregatorState state =
        new AggregatorState(
            TABLE,
            LINEAGE,
            1,
            new Last.Commit(1, 2),
            List.of(
                new Committable(LINEAGE, 1, 1, start, Long.MIN_VALUE, folded(10, 0)),
                new Committable(LINEAGE, 1, 2, FIRST, Long.MIN_VALUE, folded(20, 0))));
    check(SinkSerializers.aggregatorState(), state, "aggregator-state");
  }
}
