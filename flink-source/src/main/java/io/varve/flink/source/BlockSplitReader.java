package io.varve.flink.source;

import io.varve.column.BlockSource;
import io.varve.io.CorruptFileException;
import io.varve.io.SnapshotExpiredException;
import io.varve.schema.Schema;
import io.varve.table.ScanUnit;
import io.varve.table.TableDirectory;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads splits one after the other, block by block. A fetch ends with the first block that gives
 * something to emit, with the split, or when it is woken up; it waits while its split is paused.
 * Confined to the fetching thread, but for {@link #wakeUp}.
 *
 * @param <E> what is emitted
 */
final class BlockSplitReader<E> implements SplitReader<E, VarveSplit> {

  private static final Logger LOG = LoggerFactory.getLogger(BlockSplitReader.class);

  private final ScanTarget target;
  private final BlockScan<E> scan;
  private final ScanMetrics metrics;
  private final Deque<VarveSplit> waiting = new ArrayDeque<>();
  private final Set<String> paused = new HashSet<>();
  private final Object wakeLock = new Object();
  private boolean woken;
  private @Nullable TableDirectory table;
  private @Nullable Schema openSchema;
  private long openBefore;
  private @Nullable ScanUnit openUnit;
  private @Nullable BlockSource source;
  private @Nullable VarveSplit current;
  private int nextBlock;
  private @Nullable RuntimeException failure;

  BlockSplitReader(ScanTarget target, BlockScan<E> scan, ScanMetrics metrics) {
    this.target = target;
    this.scan = scan;
    this.metrics = metrics;
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
    VarveSplit split = next();
    if (split == null) {
      return FetchedElements.none();
    }
    try {
      return fetch(split);
    } catch (IOException | RuntimeException thrown) {
      RuntimeException told = ScanFailures.toThrow(thrown);
      failure = told;
      return FetchedElements.failed(split.splitId(), told);
    } finally {
      tellPending();
    }
  }

  /** Returns the split to read; null if there is none, or if it was woken while all are paused. */
  private @Nullable VarveSplit next() {
    VarveSplit split = current;
    if (split == null) {
      for (VarveSplit other : waiting) {
        if (!paused.contains(other.splitId())) {
          waiting.remove(other);
          return other;
        }
      }
      split = waiting.peek();
    }
    if (split == null) {
      return null;
    }
    if (paused.contains(split.splitId())) {
      sleep();
      return null;
    }
    return split;
  }

  /** Waits until something changes: Flink wakes its fetchers before it tells them of a change. */
  private void sleep() {
    synchronized (wakeLock) {
      while (!woken) {
        try {
          wakeLock.wait();
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          return;
        }
      }
      woken = false;
    }
  }

  private boolean wasWoken() {
    synchronized (wakeLock) {
      boolean was = woken;
      woken = false;
      return was;
    }
  }

  private RecordsWithSplitIds<E> fetch(VarveSplit split) throws IOException {
    if (scan.isDone()) {
      current = null;
      return finished(split, Collections.emptyIterator());
    }
    BlockSource blocks;
    try {
      blocks = open(split);
    } catch (CorruptFileException corrupt) {
      Iterator<E> elements = leaveOutRest(split, corrupt);
      current = null;
      return finished(split, elements);
    }
    if (current == null) {
      current = split;
      nextBlock = split.nextBlock();
      scan.begin(split);
    }
    int end = Math.min(split.toBlock(), blocks.blockCount());
    Iterator<E> elements = Collections.emptyIterator();
    while (nextBlock < end && !elements.hasNext()) {
      if (wasWoken()) {
        return FetchedElements.none();
      }
      elements = read(blocks, nextBlock, nextBlock + 1 == end);
      nextBlock++;
    }
    if (nextBlock < end) {
      return new FetchedElements<>(split.splitId(), elements, false);
    }
    current = null;
    return finished(split, elements);
  }

  private FetchedElements<E> finished(VarveSplit split, Iterator<E> elements) {
    paused.remove(split.splitId());
    return new FetchedElements<>(split.splitId(), elements, true);
  }

  private Iterator<E> read(BlockSource blocks, int block, boolean last) throws IOException {
    if (target.onCorrupt() == OnCorrupt.SKIP_AND_REPORT) {
      try {
        blocks.deletedRows(block);
        for (int fieldId : scan.fieldIds()) {
          blocks.read(block, fieldId); // all of it before any of it is taken
        }
      } catch (CorruptFileException corrupt) {
        tell(blocks.name(), block, block + 1, blocks.rowCount(block), corrupt);
        return scan.leaveOut(block, last);
      }
    }
    return scan.read(blocks, block, last);
  }

  /** Leaves out what is left of a split whose file can't be opened. */
  private Iterator<E> leaveOutRest(VarveSplit split, CorruptFileException corrupt)
      throws IOException {
    if (target.onCorrupt() == OnCorrupt.FAIL) {
      throw corrupt;
    }
    String file = split.unit().file();
    String name = table == null ? file : table.store().describe(file);
    tell(name, split.nextBlock(), split.toBlock(), split.rowsLeft(), corrupt);
    return Collections.emptyIterator();
  }

  private void tell(String file, int from, int to, long rows, CorruptFileException corrupt) {
    metrics.corruptSkipped(rows);
    LOG.warn("Left {} rows out, which can't be read: {}", rows, corrupt.getMessage());
    target
        .listener()
        .skipped(new SkippedRows(file, from, to, rows, String.valueOf(corrupt.getMessage())));
  }

  /** Opens a split's file, or keeps it open if it is the one that was read last. */
  private BlockSource open(VarveSplit split) throws IOException {
    ScanUnit unit = split.unit();
    BlockSource opened = source;
    if (opened != null && unit.equals(openUnit) && split.before() == openBefore) {
      return opened;
    }
    closeSource();
    TableDirectory opening = table(split);
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

  /** Returns the table as the commit of a split shows it, and prepares the scan for it. */
  private TableDirectory table(VarveSplit split) throws IOException {
    TableDirectory opened = table;
    if (opened == null) {
      opened = target.openTable(metrics::bytesRead);
    }
    opened = opened.asOf(split.unit().asOf());
    table = opened;
    if (!opened.schema().equals(openSchema) || split.before() != openBefore) {
      scan.open(opened, split.before());
      openSchema = opened.schema();
      openBefore = split.before();
    }
    return opened;
  }

  private void tellPending() {
    VarveSplit split = current;
    VarveSplit rest = split == null ? null : split.at(Math.min(nextBlock, split.toBlock()), 0);
    long rows = rest == null ? 0 : rest.rowsLeft();
    long bytes = rest == null ? 0 : rest.bytesLeft();
    for (VarveSplit other : waiting) {
      rows += other.rowsLeft();
      bytes += other.bytesLeft();
    }
    metrics.pending((split == null ? 0 : 1) + (long) waiting.size(), rows, bytes);
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
    tellPending();
  }

  /** Holds splits back whose watermark is ahead of others, and lets them go on. */
  @Override
  public void pauseOrResumeSplits(
      Collection<VarveSplit> splitsToPause, Collection<VarveSplit> splitsToResume) {
    splitsToResume.forEach(split -> paused.remove(split.splitId()));
    splitsToPause.forEach(split -> paused.add(split.splitId()));
  }

  @Override
  public void wakeUp() {
    synchronized (wakeLock) {
      woken = true;
      wakeLock.notifyAll();
    }
  }

  @Override
  public void close() throws IOException {
    closeSource();
  }
}
