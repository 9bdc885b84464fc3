package io.varve.flink.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.testutils.source.reader.TestingReaderContext;
import org.apache.flink.connector.testutils.source.reader.TestingReaderOutput;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.testutils.MetricListener;
import org.apache.flink.runtime.metrics.groups.InternalSourceReaderMetricGroup;

/**
 * Reads splits to the end, but stops now and then, takes a snapshot through the serializer, and
 * goes on with a new reader. Confined to one thread.
 */
final class StoppedReads {

  private static final List<String> LEVELS =
      List.of(
          "blocksSkipped",
          "blocksFromFooters",
          "blocksFromProjections",
          "blocksFromZoneMaps",
          "blocksDecoded");

  private final Random random;
  private final int mostPolls;
  private final Map<String, Long> blocks = new TreeMap<>();
  private long readers;

  /**
   * Reads with readers that are stopped.
   *
   * @param mostPolls how often a reader is polled at most before it is stopped
   */
  StoppedReads(Random random, int mostPolls) {
    this.random = random;
    this.mostPolls = mostPolls;
  }

  <T> List<T> read(Source<T, VarveSplit, ?> source, List<VarveSplit> splits) throws Exception {
    List<T> emitted = new ArrayList<>();
    List<VarveSplit> left = splits;
    while (!left.isEmpty()) {
      TestingReaderOutput<T> output = new TestingReaderOutput<>();
      MetricListener listener = new MetricListener();
      TestingReaderContext context =
          new TestingReaderContext(
              new Configuration(), InternalSourceReaderMetricGroup.mock(listener.getMetricGroup()));
      try (SourceReader<T, VarveSplit> reader = source.createReader(context)) {
        readers++;
        reader.addSplits(left);
        reader.start();
        reader.notifyNoMoreSplits();
        int polls = random.nextInt(mostPolls) + 1;
        InputStatus status = InputStatus.MORE_AVAILABLE;
        for (int i = 0; i < polls && status != InputStatus.END_OF_INPUT; i++) {
          status = reader.pollNext(output);
          if (status == InputStatus.NOTHING_AVAILABLE) {
            reader.isAvailable().get();
          }
        }
        left = copied(source.getSplitSerializer(), reader.snapshotState(1));
      }
      for (String level : LEVELS) {
        long count =
            listener.getMetric(Counter.class, "varve", level).map(Counter::getCount).orElse(0L);
        blocks.merge(level, count, Long::sum);
      }
      emitted.addAll(output.getEmittedRecords());
    }
    return emitted;
  }

  /** Returns how many blocks were answered at each level, by all readers so far. */
  Map<String, Long> blocks() {
    return blocks;
  }

  /** Returns how many readers there were: one more for each stop. */
  long readers() {
    return readers;
  }

  private static List<VarveSplit> copied(
      SimpleVersionedSerializer<VarveSplit> serializer, List<VarveSplit> splits)
      throws IOException {
    List<VarveSplit> copies = new ArrayList<>();
    for (VarveSplit split : splits) {
      copies.add(serializer.deserialize(serializer.getVersion(), serializer.serialize(split)));
    }
    return copies;
  }
}
