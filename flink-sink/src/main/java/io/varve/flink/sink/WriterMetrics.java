package io.varve.flink.sink;

import io.varve.io.FileStore;
import io.varve.table.PartitionMerger;
import io.varve.table.TableWriter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;

/**
 * What one writer reports (docs/metrics.md). Confined to the task thread; reporters read what it
 * has left for them.
 */
final class WriterMetrics {

  /** The group of the metrics that are Varve's own. */
  static final String GROUP = "varve";

  private static final int ROWS_BETWEEN_LOOKS = 1024;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final MetricGroup own;
  private final MeteredFileStore store;
  private final Counter rows;
  private final Counter invalidRows;
  private final Counter bytes;
  private final Counter lateRows;
  private final RecentHistogram barrierMicros = new RecentHistogram();
  private int rowsSinceLook;
  private long requestsBefore;
  private volatile long bufferedBytes;
  private volatile long barrierMillis;
  private volatile long requests;

  WriterMetrics(SinkWriterMetricGroup group, FileStore metered) {
    store = new MeteredFileStore(metered);
    rows = group.getNumRecordsSendCounter();
    invalidRows = group.getNumRecordsSendErrorsCounter();
    bytes = group.getNumBytesSendCounter();
    group.setCurrentSendTimeGauge(() -> barrierMillis);
    own = group.addGroup(GROUP);
    lateRows = own.counter("lateRows");
    own.gauge("bufferedBytes", () -> bufferedBytes);
    own.gauge("filesCreated", store::files);
    own.gauge("requestsPerCheckpoint", () -> requests);
    own.histogram("barrierTimeMicros", barrierMicros);
    own.histogram("sealTimeMicros", store.sealMicros());
    own.histogram("fsyncTimeMicros", store.syncMicros());
  }

  /** Returns the store that the writer is to use, so that what it does there is counted. */
  FileStore store() {
    return store;
  }

  /** Reports what is merged beside the writer. */
  void addMerges(PartitionMerger merger) {
    own.gauge("mergedSegments", merger::mergedSegments);
    own.gauge("failedMerges", merger::failures);
  }

  void rowWritten(TableWriter writer) {
    rows.inc();
    if (++rowsSinceLook == ROWS_BETWEEN_LOOKS) {
      rowsSinceLook = 0;
      bufferedBytes = writer.bufferedBytes();
    }
  }

  void rowRefused() {
    invalidRows.inc();
  }

  /** Reports a barrier that has passed. */
  void barrierPassed(long startNanos, long late, TableWriter writer) {
    barrierMicros.updateSince(startNanos);
    barrierMillis = (System.nanoTime() - startNanos) / NANOS_PER_MILLI;
    lateRows.inc(late);
    bufferedBytes = writer.bufferedBytes();
    bytes.inc(store.bytes() - bytes.getCount());
    requests = store.requests() - requestsBefore;
    requestsBefore = store.requests();
  }
}
