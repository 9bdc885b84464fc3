package io.varve.flink.sink;

import io.varve.column.RowBatch;
import io.varve.column.RowBuffer;
import io.varve.column.RowSink;
import io.varve.flink.common.Failures;
import io.varve.flink.common.RowConverter;
import io.varve.io.StoreUnsuitableException;
import io.varve.table.DeclaredRows;
import io.varve.table.FileCommitLog;
import io.varve.table.PartitionMerger;
import io.varve.table.PartitionPath;
import io.varve.table.PartitionRouter;
import io.varve.table.TableDirectory;
import io.varve.table.TableWatch;
import io.varve.table.TableWriter;
import io.varve.table.WriterOptions;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.Head;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.WriterChanges;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Writes the rows of one subtask and makes them durable at barriers. Confined to the task thread
 * but for the one that encodes segments.
 */
final class VarveSinkWriter<T> implements CommittingSinkWriter<T, WriterResult> {

  /** How the names of threads begin that encode segments; the task's name follows. */
  static final String SEALING_THREAD = "varve-sealing";

  private static final String MERGING_THREAD = "varve-merging";
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final SinkSettings<T> settings;
  private final SinkRun run;
  private final RowConverter<T> converter;
  private final PartitionRouter router;
  private final OptionalInt ownBucket;
  private final String ownPartition;
  private final Ownership ownership;
  private final int subtask;
  private final FileCommitLog log;
  private final TableDirectory table;
  private final TableWatch watch;
  private final ExecutorService sealing;
  private final TableWriter writer;
  private final ExecutorService merging;
  private final PartitionMerger merger;
  private final WriterMetrics metrics;
  private DeclaredRows declared;
  private boolean endOfInput;
  private int barriers;
  private long lastMergeMillis;
  private long lateRows;

  VarveSinkWriter(SinkSettings<T> settings, SinkRun run, WriterInitContext context)
      throws IOException {
    this.settings = settings;
    this.run = run;
    this.metrics = new WriterMetrics(context.metricGroup(), settings.store());
    this.table = Failures.guarded(() -> settings.table(metrics.store(), context.getJobInfo()));
    this.watch = new TableWatch(table);
    this.declared = Failures.guarded(() -> table.rowsOf(settings.definition()));
    this.log = new FileCommitLog(table.store());
    this.converter = settings.converter();
    converter.open(declared.schema());
    this.router = new PartitionRouter(settings.definition());
    TaskInfo task = context.getTaskInfo();
    this.subtask = task.getIndexOfThisSubtask();
    this.ownership =
        new Ownership(
            Ownership.isKeyed(settings.definition()),
            task.getMaxNumberOfParallelSubtasks(),
            task.getNumberOfParallelSubtasks());
    this.ownBucket = ownership.keyed() ? OptionalInt.empty() : OptionalInt.of(subtask);
    this.ownPartition = router.isConstant() ? PartitionPath.bucket(subtask) : "";
    this.sealing = Executors.newSingleThreadExecutor(work -> thread(SEALING_THREAD, work, task));
    this.writer =
        new TableWriter(
            table,
            ThreadLocalRandom.current().nextLong(),
            share(table.options().applyTo(settings.writer()), 3),
            System::currentTimeMillis,
            sealing);
    this.merging = Executors.newSingleThreadExecutor(work -> thread(MERGING_THREAD, work, task));
    this.merger =
        new PartitionMerger(
            table,
            ThreadLocalRandom.current().nextLong(),
            share(table.options().applyTo(settings.writer()), 1),
            this::owns,
            merging);
    this.lastMergeMillis = System.currentTimeMillis();
    metrics.addMerges(merger);
  }

  /** Returns the options with some quarters of the memory. */
  private static WriterOptions share(WriterOptions all, int quarters) {
    return all.withBufferBytes(Math.max(1, all.bufferBytes() / 4 * quarters));
  }

  private boolean owns(String partition) {
    return ownership.owner(partition) == subtask;
  }

  /** Encodes segments; not the task's thread, which Flink interrupts. Starts when it is needed. */
  private static Thread thread(String name, Runnable work, TaskInfo task) {
    Thread thread = new Thread(work, name + ": " + task.getTaskNameWithSubtasks());
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void write(T element, Context context) throws IOException {
    String partition;
    RowBuffer rows;
    try {
      partition = ownPartition.isEmpty() ? partitionOf(element) : ownPartition;
      rows = writer.rows(partition);
      append(element, rows);
    } catch (IllegalArgumentException invalid) {
      refuse(invalid);
      return;
    }
    RowBatch batch = rows.batch();
    long timeMillis = Math.floorDiv(batch.time().get(batch.rowCount() - 1), NANOS_PER_MILLI);
    if (timeMillis <= context.currentWatermark()) {
      lateRows++;
    }
    writer.rowAdded();
    metrics.rowWritten(writer);
  }

  private String partitionOf(T element) {
    router.abandonRow();
    converter.convert(element, router);
    return router.path(ownBucket);
  }

  private void append(T element, RowBuffer rows) {
    try {
      RowSink row = declared.into(rows);
      converter.convert(element, row);
      row.endRow();
    } catch (IllegalArgumentException invalid) {
      rows.abandonRow();
      throw invalid;
    }
  }

  private void refuse(IllegalArgumentException invalid) throws IOException {
    metrics.rowRefused();
    if (settings.onInvalidRow() == OnInvalidRow.FAIL) {
      throw new IOException(
          settings.path()
              + ": an element is no row of this table: "
              + invalid.getMessage()
              + "; correct the stream, or set sink.on-invalid-row to drop-and-count",
          invalid);
    }
  }

  @Override
  public void flush(boolean lastFlush) {
    endOfInput |= lastFlush;
  }

  @Override
  public Collection<WriterResult> prepareCommit() throws IOException {
    long start = System.nanoTime();
    return Failures.guarded(
        () -> {
          if (run.checkpointed() && !endOfInput) {
            takePartInTheTable();
          }
          WriterChanges changes = writer.barrier(endOfInput);
          if (run.checkpointed() && !endOfInput) {
            goOnWithTheTable();
          }
          List<Change.Files> all = new ArrayList<>(changes.changes());
          all.addAll(merger.take());
          WriterChanges counted =
              new WriterChanges(changes.writerId(), changes.ordinal(), all, lateRows);
          metrics.barrierPassed(start, lateRows, writer);
          lateRows = 0;
          return List.of(new WriterResult(table.id(), counted));
        });
  }

  /**
   * At the first barrier, checks that this host sees the table that the aggregator has opened.
   * Flink triggers a checkpoint only when every task is running, so by then it has.
   */
  private void takePartInTheTable() throws IOException {
    barriers++;
    if (barriers == 1) {
      requireSharedTable(head());
    } else if (barriers > 2) {
      mergeNowAndThen();
    }
  }

  /**
   * After a barrier, goes on with the columns and options that the table has by now; after the
   * second, takes over what earlier attempts left: everything that they may commit is in the log.
   */
  private void goOnWithTheTable() throws IOException {
    Head adopted = barriers == 2 ? head() : null;
    if (watch.advance()) {
      TableDirectory now = watch.table();
      declared = now.rowsOf(settings.definition());
      WriterOptions options = now.options().applyTo(settings.writer());
      writer.use(now, share(options, 3));
      merger.use(share(options, 1));
    }
    if (adopted != null) {
      writer.adopt(adopted.state(), this::owns);
    }
  }

  private Head head() throws IOException {
    LogView view = new LogView();
    while (!view.advance(log)) {
      // one access to the log at a time
    }
    return view.head();
  }

  private void mergeNowAndThen() {
    long now = System.currentTimeMillis();
    if (now - lastMergeMillis >= settings.upkeep().intervalMillis()) {
      lastMergeMillis = now;
      merger.start();
    }
  }

  private void requireSharedTable(Head head) throws StoreUnsuitableException {
    if (head.record().reign().run().isOlderThan(run.id())) {
      throw new StoreUnsuitableException(
          table.store().describe("")
              + ": the table that this host sees was not opened by this job, though the job has"
              + " opened it on another host; put the table on a file system that all hosts share");
    }
  }

  @Override
  public void close() throws IOException {
    try {
      writer.close(); // nothing of it runs on the thread after that
    } finally {
      merger.close();
      sealing.shutdown();
      merging.shutdown();
    }
  }
}
