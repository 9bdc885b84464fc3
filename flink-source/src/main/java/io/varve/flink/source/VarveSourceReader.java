package io.varve.flink.source;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;

/**
 * Reads one split at a time and asks for the next when it is done. Confined to the task's thread;
 * files are read on another.
 *
 * @param <E> what the split reader gives
 * @param <T> what the source emits
 */
final class VarveSourceReader<E, T>
    extends SingleThreadMultiplexSourceReaderBase<E, T, VarveSplit, SplitProgress> {

  VarveSourceReader(
      Supplier<SplitReader<E, VarveSplit>> splitReader,
      RecordEmitter<E, T, SplitProgress> emitter,
      SourceReaderContext context) {
    super(splitReader, emitter, context.getConfiguration(), context);
  }

  /** Asks for a split, unless some were restored. */
  @Override
  public void start() {
    if (getNumberOfCurrentlyAssignedSplits() == 0) {
      context.sendSplitRequest();
    }
  }

  @Override
  protected void onSplitFinished(Map<String, SplitProgress> finished) {
    if (getNumberOfCurrentlyAssignedSplits() == 0) {
      context.sendSplitRequest();
    }
  }

  @Override
  protected SplitProgress initializedState(VarveSplit split) {
    return new SplitProgress(split);
  }

  @Override
  protected VarveSplit toSplitType(String splitId, SplitProgress progress) {
    return progress.toSplit();
  }
}
