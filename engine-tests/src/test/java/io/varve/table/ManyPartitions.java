package io.varve.table;

import io.varve.column.RowBuffer;
import io.varve.io.LocalFileStore;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A process of little memory that writes to ten thousand partitions: see {@link WriterMemoryTest}.
 */
final class ManyPartitions {

  static final int PARTITIONS = 10_000;
  static final long BUFFER_BYTES = 96L << 20;

  /** What a row of so many columns costs beyond its buffer: garbage between two collections. */
  private static final long SLACK_BYTES = 24L << 20;

  private static final int ROWS = 400_000;
  private static final int LONGS = 12;
  private static final int TEXTS = 8;
  private static final int ROWS_PER_LOOK = 20_000;

  private ManyPartitions() {}

  private static TableDefinition definition() {
    Schema.Builder schema = Schema.builder().timeColumn("ts", DataType.timestamp(3));
    for (int i = 0; i < LONGS; i++) {
      schema.column("n" + i, DataType.int64());
    }
    for (int i = 0; i < TEXTS; i++) {
      schema.column("t" + i, DataType.string());
    }
    return TableDefinition.builder(schema.build()).build();
  }

  /** Writes, looks at its heap, and prints how many bytes of it were held at most. */
  public static void main(String[] args) throws Exception {
    TableDirectory table =
        TableDirectory.openOrCreate(new LocalFileStore(Path.of(args[0])), definition());
    WriterOptions options = WriterOptions.DEFAULTS.withBufferBytes(BUFFER_BYTES);
    ExecutorService sealing = Executors.newSingleThreadExecutor();
    long before = usedBytes();
    long mostHeap = 0;
    long mostCounted = 0;
    try (TableWriter writer = new TableWriter(table, 7, options, () -> 0, sealing)) {
      SplittableRandom random = new SplittableRandom(1);
      for (int row = 0; row < ROWS; row++) {
        // Every second row goes to one partition, which is sealed now and then.
        int partition = row % 2 == 0 ? 0 : row / 2 % PARTITIONS;
        add(writer, "p=" + partition + "/bucket-0000", random);
        mostCounted = Math.max(mostCounted, writer.bufferedBytes());
        if (row % ROWS_PER_LOOK == ROWS_PER_LOOK - 1) {
          mostHeap = Math.max(mostHeap, usedBytes() - before);
        }
        if (row % (ROWS / 4) == ROWS / 4 - 1) {
          writer.barrier(false);
        }
      }
    } finally {
      sealing.shutdown();
    }
    if (mostCounted > BUFFER_BYTES || mostHeap > BUFFER_BYTES + SLACK_BYTES) {
      throw new IllegalStateException(
          "held " + mostHeap + " bytes, counted " + mostCounted + ", allowed " + BUFFER_BYTES);
    }
    System.out.println(mostHeap + " bytes of heap held, " + mostCounted + " counted");
  }

  private static void add(TableWriter writer, String partition, SplittableRandom random)
      throws IOException {
    RowBuffer rows = writer.rows(partition);
    int column = 0;
    rows.setTimestamp(column++, 1_000, 0);
    for (int i = 0; i < LONGS; i++) {
      rows.setLong(column++, random.nextLong());
    }
    for (int i = 0; i < TEXTS; i++) {
      rows.setString(column++, Long.toHexString(random.nextLong()) + "-of-a-text");
    }
    rows.endRow();
    writer.rowAdded();
  }

  private static long usedBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
