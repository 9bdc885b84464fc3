package io.varve.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.CorruptFileException;
import io.varve.io.UnsupportedVersionException;
import io.varve.table.ScanUnit;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.TailPosition;
import io.varve.table.protocol.TailRange;
import io.varve.testkit.GoldenFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.junit.jupiter.api.Test;

/** The bytes in Flink's checkpoints: a job must restore with the release after this one. */
class StateGoldenTest {

  private static final VarveSplit OF_SEGMENT =
      new VarveSplit(
          42,
          3,
          Long.MAX_VALUE,
          new ScanUnit.OfSegment(
              "day=1/bucket-0002", new SegmentRef("s/w-1.vseg", 5000, 70_000, -5, 9, 1), 42),
          2,
          4,
          2,
          0);
  private static final VarveSplit OF_NEW_ROWS =
      new VarveSplit(
          43,
          1,
          -7,
          new ScanUnit.OfNewRows(
              new ScanUnit.OfSegment(
                  "bucket-0000", new SegmentRef("s/w-2.vseg", 5000, 70_000, -5, 9, 1, 41), 0),
              new TreeMap<>(Map.of(-1L, 5L, 7L, Long.MIN_VALUE))),
          0,
          5,
          0,
          0);
  private static final VarveSplit OF_TAIL =
      new VarveSplit(
          42,
          4,
          99,
          new ScanUnit.OfTail(
              "bucket-0000",
              new TailRange("t/w-1.vtail", new TailPosition(64, 10), new TailPosition(4096, 300)),
              42),
          0,
          VarveSplit.ALL_BLOCKS,
          0,
          0);

  private static <T> void check(SimpleVersionedSerializer<T> serializer, T value, String golden)
      throws IOException {
    GoldenFile file = GoldenFile.read(StateGoldenTest.class, golden);
    file.assertMatches(serializer.serialize(value));
    assertThat(serializer.deserialize(serializer.getVersion(), file.bytes())).isEqualTo(value);

    byte[] shorter = Arrays.copyOf(file.bytes(), file.length() - 1);
    byte[] longer = Arrays.copyOf(file.bytes(), file.length() + 1);
    for (byte[] damaged : List.of(shorter, longer)) {
      assertThatThrownBy(() -> serializer.deserialize(serializer.getVersion(), damaged))
          .isInstanceOf(CorruptFileException.class);
    }
    assertThatThrownBy(() -> serializer.deserialize(99, file.bytes()))
        .isInstanceOf(UnsupportedVersionException.class)
        .hasMessageContaining("version 99");
  }

  @Test
  void splitOfTail() throws Exception {
    check(VarveSplit.serializer(), OF_TAIL, "split-tail-v0.golden");
  }

  @Test
  void splitOfNewRows() throws Exception {
    check(VarveSplit.serializer(), OF_NEW_ROWS, "split-new-rows-v0.golden");
  }

  @Test
  void splitState() throws Exception {
    SplitProgress progress = new SplitProgress(OF_SEGMENT);
    progress.moveTo(3, 17);
    check(VarveSplit.serializer(), progress.toSplit(), "split-segment-v0.golden");
  }

  @Test
  void scan() throws Exception {
    check(
        ScanCheckpoint.serializer(),
        new ScanCheckpoint(new ScanSpan("table-id", 40, 42, 99), 64, 7, 5, 39, List.of(OF_TAIL)),
        "scan-v0.golden");
    check(ScanCheckpoint.serializer(), ScanCheckpoint.UNPLANNED, "scan-unplanned-v0.golden");
  }

  @Test
  void refusesSplitsThatCannotBe() {
    byte[] bytes = GoldenFile.read(StateGoldenTest.class, "split-segment-v0.golden").bytes();
    bytes[bytes.length - 8] = 9; // the next block, beyond the end

    assertThatThrownBy(() -> VarveSplit.serializer().deserialize(0, bytes))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("row 17 of block 9 is not in split 3");
  }
}
