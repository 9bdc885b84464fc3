package io.varve.flink.source;

import io.varve.column.BlockSource;
import io.varve.io.SnapshotExpiredException;
import io.varve.table.ScanUnit;
import io.varve.table.TableDirectory;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.jspecify.annotations.Nullable;

/**
 * Reads splits one after the other, block by block. A fetch ends with the first block that gives
 * something to emit, with the split, or when it is woken up. Confined to the fetching thread, but
 * for {@link #wakeUp}.
 *
 * @param <E> what is emitted
 */
final class BlockSplitReader<E> implements SplitReader<E, VarveSplit> {

  private final ScanTarget target;
  private final BlockScan<E> scan;
  private final Queue<VarveSplit> waiting = new ArrayDeque<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private @Nullable TableDirectory table;
  private @Nullable ScanUnit openUnit;
  private @Nullable BlockSource source;
  private @Nullable VarveSplit current;
  private int nextBlock;
  private @Nullable RuntimeException failure;

  BlockSplitReader(ScanTarget target, BlockScan<E> scan) {
    this.target = target;
    this.scan = scan;
  }

  /**
   * Reads on. The first failure is handed over among the elements, since Flink may miss one that is
   * thrown here: its reader asks for errors, then finds no elements and waits for more, and an
   * error that comes in between wakes nobody.
   */
  @Override
  public RecordsWithSplitIds<E> fetch() throws IOException {
    RuntimeException earlier = failure;
    if (earlier != null) {
      throw earlier;
    }
    VarveSplit split = current == null ? waiting.poll() : current;
    if (split == null) {
      return FetchedElements.none();
    }
    try {
      return fetch(split);
    } catch (IOException | RuntimeException thrown) {
      RuntimeException told = ScanFailures.toThrow(thrown);
      failure = told;
      return FetchedElements.failed(split.splitId(), told);
    }
  }

  private RecordsWithSplitIds<E> fetch(VarveSplit split) throws IOException {
    if (scan.isDone()) {
      current = null;
      return new FetchedElements<>(split.splitId(), Collections.emptyIterator(), true);
    }
    BlockSource blocks = open(split.unit());
    if (current == null) {
      current = split;
      nextBlock = split.nextBlock();
      scan.begin(split);
    }
    int end = Math.min(split.toBlock(), blocks.blockCount());
    Iterator<E> elements = Collections.emptyIterator();
    while (nextBlock < end && !elements.hasNext()) {
      if (woken.getAndSet(false)) {
        return FetchedElements.none();
      }
      boolean last = nextBlock + 1 == end;
      elements = scan.read(blocks, nextBlock, last);
      nextBlock++;
    }
    boolean finished = nextBlock >= end;
    if (finished) {
      current = null;
    }
    return new FetchedElements<>(split.splitId(), elements, finished);
  }

  /** Opens a file, or keeps it open if it is the one that was read last. */
  private BlockSource open(ScanUnit unit) throws IOException {
    BlockSource opened = source;
    if (opened != null && unit.equals(openUnit)) {
      return opened;
    }
    closeSource();
    TableDirectory opening = table(unit);
    try {
      opened = unit.open(opening);
    } catch (NoSuchFileException missing) {
      throw new SnapshotExpiredException(
          opening.store().describe(unit.file())
              + ": is gone; the commit that this job reads has expired. Start the job again, and"
              + " make the table's history longer than the job takes");
    }
    source = opened;
    openUnit = unit;
    return opened;
  }

  /** Returns the table as the job's one commit shows it. */
  private TableDirectory table(ScanUnit unit) throws IOException {
    TableDirectory opened = table;
    if (opened == null) {
      opened = target.openTable().asOf(unit.asOf());
      scan.open(opened);
    }
    opened = opened.asOf(unit.asOf());
    table = opened;
    return opened;
  }

  private void closeSource() throws IOException {
    BlockSource opened = source;
    source = null;
    openUnit = null;
    if (opened != null) {
      opened.close();
    }
  }

  @Override
  public void handleSplitsChanges(SplitsChange<VarveSplit> change) {
    if (!(change instanceof SplitsAddition)) {
      throw new UnsupportedOperationException("splits can only be added, not " + change);
    }
    waiting.addAll(change.splits());
  }

  @Override
  public void wakeUp() {
    woken.set(true);
  }

  @Override
  public void close() throws IOException {
    closeSource();
  }
}
