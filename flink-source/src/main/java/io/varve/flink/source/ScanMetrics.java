package io.varve.flink.source;

import io.varve.query.AggregationStatistics;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;

/**
 * What a reader tells of its work (docs/metrics.md). Written by the fetching thread only, read by
 * reporters.
 */
final class ScanMetrics {

  private final Counter bytesIn;
  private final Counter bytesRead;
  private final Counter skipped;
  private final Counter fromFooters;
  private final Counter fromProjections;
  private final Counter fromZoneMaps;
  private final Counter decoded;
  private final Counter corruptRows;
  private final Counter corruptReads;
  private AggregationStatistics counted = AggregationStatistics.NONE;
  private volatile long pendingRows;
  private volatile long pendingBytes;
  private volatile long pendingSplits;

  ScanMetrics(SourceReaderMetricGroup group) {
    bytesIn = group.getIOMetricGroup().getNumBytesInCounter();
    MetricGroup ours = group.addGroup("varve");
    bytesRead = ours.counter("bytesRead");
    skipped = ours.counter("blocksSkipped");
    fromFooters = ours.counter("blocksFromFooters");
    fromProjections = ours.counter("blocksFromProjections");
    fromZoneMaps = ours.counter("blocksFromZoneMaps");
    decoded = ours.counter("blocksDecoded");
    corruptRows = ours.counter("corruptRowsSkipped");
    corruptReads = ours.counter("corruptReadsSkipped");
    ours.gauge("pendingSplits", () -> pendingSplits);
    group.setPendingRecordsGauge(() -> pendingRows);
    group.setPendingBytesGauge(() -> pendingBytes);
  }

  void bytesRead(long bytes) {
    bytesIn.inc(bytes);
    bytesRead.inc(bytes);
  }

  void blockSkipped() {
    skipped.inc();
  }

  void blockDecoded() {
    decoded.inc();
  }

  /** Takes in what an aggregator has counted since it was begun. */
  void aggregated(AggregationStatistics now) {
    skipped.inc(now.blocksSkipped() - counted.blocksSkipped());
    fromFooters.inc(now.blocksFromSources() - counted.blocksFromSources());
    fromProjections.inc(now.blocksFromProjections() - counted.blocksFromProjections());
    fromZoneMaps.inc(now.blocksFromZoneMaps() - counted.blocksFromZoneMaps());
    decoded.inc(now.blocksDecoded() - counted.blocksDecoded());
    counted = now;
  }

  /** Begins with another aggregator. */
  void newAggregator() {
    counted = AggregationStatistics.NONE;
  }

  void corruptSkipped(long rows) {
    corruptRows.inc(rows);
    corruptReads.inc();
  }

  void pending(long splits, long rows, long bytes) {
    pendingSplits = splits;
    pendingRows = rows;
    pendingBytes = bytes;
  }
}
