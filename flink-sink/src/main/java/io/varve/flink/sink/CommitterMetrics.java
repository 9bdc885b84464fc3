package io.varve.flink.sink;

import io.varve.table.protocol.Head;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * What the committer reports (docs/metrics.md). Confined to the task thread; reporters read the
 * newest state, which does not change, and add it up on their own threads and time.
 */
final class CommitterMetrics {

  private static final long UNKNOWN = -1;

  private final RecentHistogram commitMicros = new RecentHistogram();
  private final LongSupplier clockMillis;
  private final TableSizes sizes = new TableSizes();
  private volatile long committedMillis;
  private volatile long watermark = Long.MIN_VALUE;
  private volatile long record;

  /**
   * Registers the metrics.
   *
   * @param lastCommitMillis when the table's newest commit was made; now if it has none
   */
  CommitterMetrics(MetricGroup group, long lastCommitMillis, LongSupplier clockMillis) {
    this.clockMillis = clockMillis;
    committedMillis = lastCommitMillis;
    MetricGroup own = group.addGroup(WriterMetrics.GROUP);
    own.gauge("secondsSinceLastCommit", this::secondsSinceLastCommit);
    own.gauge("visibleLagMs", this::visibleLagMillis);
    own.gauge("lastCommit", () -> record);
    own.histogram("commitTimeMicros", commitMicros);
    own.gauge("rows", (Gauge<Long>) () -> sizes.now().rows());
    own.gauge("bytes", (Gauge<Long>) () -> sizes.now().bytes());
    own.gauge("files", (Gauge<Long>) () -> sizes.now().files());
    own.gauge("tailRows", (Gauge<Long>) () -> sizes.now().tailRows());
    own.gauge("tailBytes", (Gauge<Long>) () -> sizes.now().tailBytes());
    own.gauge("partitions", (Gauge<Long>) () -> sizes.now().partitions());
    own.gauge("partitionSkew", (Gauge<Double>) () -> sizes.now().skew());
  }

  private long secondsSinceLastCommit() {
    return TimeUnit.MILLISECONDS.toSeconds(Math.max(0, clockMillis.getAsLong() - committedMillis));
  }

  private long visibleLagMillis() {
    return watermark == Long.MIN_VALUE ? UNKNOWN : clockMillis.getAsLong() - watermark;
  }

  /** Reports a commit that was made now. */
  void committed(long startNanos, Head head) {
    commitMicros.updateSince(startNanos);
    committedMillis = clockMillis.getAsLong();
    watermark = head.record().progress().watermark();
    record = head.number();
    sizes.show(head.state());
  }
}
