package io.varve.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.RowBatch;
import io.varve.schema.Schema;
import io.varve.testkit.MemoryFile;
import io.varve.testkit.RandomRows;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** What is appended to a tail comes back from any range between frame ends. */
class TailRandomTest {

  private static final TailHeader HEADER = new TailHeader(new UUID(3, 4), 99);

  @SeededTest(runs = 150)
  void roundTrips(Random random) throws IOException {
    Schema schema = RandomRows.schema(random);
    MemoryFile file = new MemoryFile();
    List<RowBatch> batches = new ArrayList<>();
    List<Long> ends = new ArrayList<>();
    TailWriter writer = TailWriter.create(file, HEADER);
    ends.add(writer.position());
    for (int i = random.nextInt(5); i >= 0; i--) {
      int rows = random.nextInt(random.nextInt(4) == 0 ? 3000 : 100);
      RowBatch batch = RandomRows.batch(random, schema, rows, HEADER.writer());
      ends.add(writer.append(batch, i % 2 == 0 ? "a" : "b"));
      batches.add(batch);
    }
    int from = random.nextInt(ends.size());
    int to = from + random.nextInt(ends.size() - from);
    List<List<Object>> expected = new ArrayList<>();
    for (RowBatch batch : batches.subList(from, to)) {
      expected.addAll(RandomRows.rows(batch));
    }
    FrameRange range = new FrameRange(ends.get(from), ends.get(to));
    try (TailReader reader = TailReader.open(file.input(), schema, range, null)) {
      RowBatch back = new RowBatch(schema);
      for (int block = 0; block < reader.blockCount(); block++) {
        back.appendFrom(reader, block);
      }
      assertThat(RandomRows.rows(back)).isEqualTo(expected);
      assertThat(reader.header()).isEqualTo(HEADER);
    }
    TailScan scan = TailScan.scanFrames(file.input(), 0);
    assertThat(scan.isTorn()).isFalse();
    assertThat(scan.end()).isEqualTo(writer.position());
  }

  /** Each partition of a shared tail is read from any of its frame ends to any other. */
  @SeededTest(runs = 100)
  void everyPartitionOfASharedTailRoundTrips(Random random) throws IOException {
    Schema schema = RandomRows.schema(random);
    MemoryFile file = new MemoryFile();
    TailWriter writer = TailWriter.create(file, HEADER);
    int partitions = 1 + random.nextInt(6);
    List<List<Long>> ends = new ArrayList<>();
    List<List<RowBatch>> batches = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      ends.add(new ArrayList<>(List.of(writer.position())));
      batches.add(new ArrayList<>());
    }
    for (int i = random.nextInt(40); i >= 0; i--) {
      int partition = random.nextInt(partitions);
      int rows = 1 + random.nextInt(random.nextInt(10) == 0 ? 3000 : 60);
      RowBatch batch = RandomRows.batch(random, schema, rows, HEADER.writer());
      List<Long> own = ends.get(partition);
      own.add(writer.append(batch, "p" + partition, own.get(own.size() - 1)));
      batches.get(partition).add(batch);
    }
    for (int partition = 0; partition < partitions; partition++) {
      List<Long> own = ends.get(partition);
      int from = random.nextInt(own.size());
      int to = from + random.nextInt(own.size() - from);
      List<List<Object>> expected = new ArrayList<>();
      for (RowBatch batch : batches.get(partition).subList(from, to)) {
        expected.addAll(RandomRows.rows(batch));
      }
      FrameRange range = new FrameRange(own.get(from), own.get(to));
      try (TailReader reader = TailReader.open(file.input(), schema, range, "p" + partition)) {
        RowBatch back = new RowBatch(schema);
        for (int block = 0; block < reader.blockCount(); block++) {
          back.appendFrom(reader, block);
        }
        assertThat(RandomRows.rows(back)).isEqualTo(expected);
      }
    }
  }
}
