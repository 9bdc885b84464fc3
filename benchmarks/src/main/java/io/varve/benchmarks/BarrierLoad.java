package io.varve.benchmarks;

import io.varve.column.RowBuffer;
import io.varve.io.LocalFileStore;
import io.varve.table.PartitionPath;
import io.varve.table.TableDirectory;
import io.varve.table.TableWriter;
import io.varve.table.WriterOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes rows at a steady rate to many partitions, as one subtask of a sink does, and takes the
 * time of each barrier: everything between the barrier's arrival and the moment at which its rows
 * are durable.
 */
public final class BarrierLoad {

  private static final int POOL_ROWS = 1 << 17;
  private static final int STEPS_PER_SECOND = 100;
  private static final long SECOND_NANOS = 1_000_000_000;

  private final int partitions;
  private final int rowsPerSecond;
  private final UsageBatch pool = new UsageBatch(POOL_ROWS);
  private final List<Double> barrierMillis = new ArrayList<>();
  private long rows;

  /** Makes the rows that are written again and again. */
  public BarrierLoad(int partitions, int rowsPerSecond, long seed) {
    this.partitions = partitions;
    this.rowsPerSecond = rowsPerSecond;
    new UsageEvents(POOL_ROWS, seed).next(pool);
  }

  /** Returns the milliseconds of every barrier after the warm-up. */
  public List<Double> barrierMillis() {
    return barrierMillis;
  }

  /** Returns how many rows were written after the warm-up. */
  public long rows() {
    return rows;
  }

  /**
   * Writes for some time, with a barrier after each second's rows.
   *
   * @return processor time of all threads after the warm-up, in nanoseconds
   */
  public long run(Path directory, int warmUpSeconds, int seconds) throws IOException {
    TableDirectory table =
        TableDirectory.openOrCreate(new LocalFileStore(directory), UsageTable.definition());
    ExecutorService sealing = Executors.newSingleThreadExecutor();
    Stopwatch watch = Stopwatch.start();
    try (TableWriter writer =
        new TableWriter(table, 1, WriterOptions.DEFAULTS, System::currentTimeMillis, sealing)) {
      long start = System.nanoTime();
      long step = 0;
      for (int second = 0; second < warmUpSeconds + seconds; second++) {
        if (second == warmUpSeconds) {
          watch = Stopwatch.start();
          rows = 0;
        }
        for (int i = 0; i < STEPS_PER_SECOND; i++) {
          write(writer, rowsPerSecond / STEPS_PER_SECOND);
          pauseUntil(start + ++step * (SECOND_NANOS / STEPS_PER_SECOND));
        }
        long before = System.nanoTime();
        writer.barrier(false);
        if (second >= warmUpSeconds) {
          barrierMillis.add((System.nanoTime() - before) / 1e6);
        }
      }
      watch.stop();
    } finally {
      sealing.shutdown();
    }
    return watch.cpuNanos();
  }

  private void write(TableWriter writer, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      int row = (int) (rows % POOL_ROWS);
      RowBuffer out = writer.rows(PartitionPath.bucket((int) (rows % partitions)));
      UsageTable.set(pool, row, out);
      out.endRow();
      writer.rowAdded();
      rows++;
    }
  }

  private static void pauseUntil(long nanoTime) {
    long left;
    while ((left = nanoTime - System.nanoTime()) > 0) {
      LockSupport.parkNanos(left);
    }
  }
}
