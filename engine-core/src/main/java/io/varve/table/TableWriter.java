package io.varve.table;

import io.varve.column.BlockSource;
import io.varve.column.RowBuffer;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.PartitionState;
import io.varve.table.protocol.TableState;
import io.varve.table.protocol.TailState;
import io.varve.table.protocol.WriterChanges;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One writer attempt: takes rows, makes them durable at barriers, and says what changed
 * (protocol.md, "Writer"). It writes files of its own only, and never deletes one that a commit
 * could name. Confined to one thread, but for the executor's, on which segments are encoded.
 *
 * <p>After a failed write it is broken: every further barrier fails, and a new attempt must take
 * over from the last commit.
 */
public final class TableWriter implements AutoCloseable {

  /** Up to so many partitions keep their buffers from barrier to barrier, if they are small. */
  private static final int MAX_KEPT_BUFFERS = 1 << 10;

  private static final long MAX_SHARED_TAIL_BYTES = 256L << 20;

  private final WriterFiles files;
  private final WriterTails tails;
  private final WriterMemory memory;
  private final SealQueue queue;

  /** Whether each barrier seals: a tail could not be written to from barrier to barrier. */
  private final boolean hasNoTails;

  private WriterOptions options;
  private final LongSupplier clockMillis;
  private final Map<String, PartitionWriter> partitions = new HashMap<>();
  private final Deque<Adoption> adoptions = new ArrayDeque<>();
  private long barriers;
  private long nextSequence;
  private @Nullable PartitionWriter current;

  /** The partition of the last row, which is often that of the next. */
  private @Nullable PartitionWriter newest;

  private long bytesBefore;
  private long bufferedBytes;
  private boolean broken;

  /**
   * Starts an attempt that encodes segments on the calling thread.
   *
   * @see #TableWriter(TableDirectory, long, WriterOptions, LongSupplier, Executor)
   */
  public TableWriter(
      TableDirectory table, long writer, WriterOptions options, LongSupplier clockMillis) {
    this(table, writer, options, clockMillis, Runnable::run);
  }

  /**
   * Starts an attempt.
   *
   * @param writer the attempt's number, drawn at random: no other attempt may have it
   * @param clockMillis tells the age of rows
   * @param executor encodes segments: one task at a time, so one thread is enough; shut it down
   *     after {@link #close}
   */
  public TableWriter(
      TableDirectory table,
      long writer,
      WriterOptions options,
      LongSupplier clockMillis,
      Executor executor) {
    this.files = new WriterFiles(table, writer, options);
    this.tails = new WriterTails(files, MAX_SHARED_TAIL_BYTES);
    this.memory = new WriterMemory(table.storedSchema(), writer);
    this.queue = new SealQueue(executor);
    this.hasNoTails = !table.store().showsOpenFiles();
    this.options = options;
    this.clockMillis = clockMillis;
  }

  /** Returns the attempt's unique id. */
  public String writerId() {
    return files.writerId();
  }

  /**
   * Goes on with the columns and options that the table has now: for rows that come after this.
   * Call it right after a {@link #barrier}, when no row is in memory only.
   *
   * @param now a later view of the same table
   * @throws IllegalStateException if there are rows in memory only
   */
  public void use(TableDirectory now, WriterOptions newOptions) throws IOException {
    requireWhole();
    memory.reclaim();
    if (memory.hasAwaited()
        || partitions.values().stream().anyMatch(partition -> partition.bufferedRows() > 0)) {
      throw new IllegalStateException("columns change only between two barriers");
    }
    partitions.values().forEach(PartitionWriter::releaseMemory);
    bufferedBytes = 0;
    memory.use(now.storedSchema(), files.writer());
    files.use(now, newOptions);
    options = newOptions;
    newest = null;
    current = null;
  }

  /**
   * Returns where to put the next row of a partition; call {@link #rowAdded} after its {@link
   * RowBuffer#endRow}.
   *
   * @param partition as of {@link PartitionRouter#path}
   */
  public RowBuffer rows(String partition) {
    PartitionWriter writer = newest;
    if (writer == null || !writer.partition().equals(partition)) {
      writer = partitions.get(partition);
      if (writer == null) {
        writer = new PartitionWriter(memory, partition, clockMillis.getAsLong());
        partitions.put(partition, writer);
      }
      newest = writer;
    }
    current = writer;
    bytesBefore = writer.heldBytes();
    // A row's layer is the ordinal that its barrier will report.
    return writer.rows(nextSequence, barriers + 1, partitions.size());
  }

  /**
   * Counts the row that has been added last, and makes room for the next where memory runs out:
   * waits for segments that are being encoded, or writes rows to tails.
   *
   * @throws IOException if rows had to be written and could not be
   */
  public void rowAdded() throws IOException {
    requireWhole();
    PartitionWriter writer = current;
    if (writer == null) {
      throw new IllegalStateException("no row was begun");
    }
    current = null;
    nextSequence++;
    bufferedBytes += writer.heldBytes() - bytesBefore;
    if (writer.isFull(options)) {
      broken = true;
      seal(writer);
      broken = false;
    } else if (writer.bufferedRows() >= BlockSource.MAX_BLOCK_ROWS && !staysInMemory()) {
      broken = true;
      writer.spill(tails, partitions.size(), false);
      broken = false;
    }
    if (bufferedBytes() > options.bufferBytes()) {
      broken = true;
      makeRoom(0);
      if (bufferedBytes + queue.bytes() > options.bufferBytes()) {
        writeAll();
      }
      broken = false;
    }
  }

  /**
   * Returns whether partitions may collect a segment's rows in memory, where they stay until they
   * are sealed even if a barrier has written them to a tail. Where there are too many for that,
   * rows go to the tail as soon as they make a frame, so that a barrier finds few.
   */
  private boolean fillsSegments() {
    return partitions.size() * options.segmentBytes() <= options.bufferBytes();
  }

  private boolean staysInMemory() {
    return hasNoTails || fillsSegments();
  }

  /** Waits where segments come too fast to be encoded. */
  private void seal(PartitionWriter writer) throws IOException {
    boolean fromMemory = staysInMemory();
    long segmentBytes = options.segmentBytes();
    queue.awaitRoom(0);
    makeRoom(fromMemory ? segmentBytes / 2 : segmentBytes / 2 * 3);
    bufferedBytes -= writer.heldBytes();
    writer.seal(files, tails, queue, fromMemory, fromMemory, partitions.size());
    bufferedBytes += writer.heldBytes();
    writer.restart(clockMillis.getAsLong());
  }

  /** Waits for memory that segments take which are being encoded, as far as that helps. */
  private void makeRoom(long wantedBytes) throws IOException {
    long most = options.bufferBytes() - wantedBytes;
    memory.reclaim();
    if (bufferedBytes() > most) {
      memory.release();
    }
    while (queue.bytes() > 0 && bufferedBytes + queue.bytes() > most) {
      queue.awaitProgress();
      memory.reclaim();
      memory.release();
    }
  }

  /** Writes the rows in memory to tails, or where there are none to segments however small. */
  private void writeAll() throws IOException {
    if (hasNoTails) {
      for (PartitionWriter writer : partitions.values()) {
        if (writer.bufferedRows() > 0) {
          seal(writer);
        }
      }
      makeRoom(0);
      return;
    }
    for (PartitionWriter writer : partitions.values()) {
      writer.spill(tails, partitions.size(), false);
      writer.releaseMemory();
    }
    bufferedBytes = 0;
  }

  /** Returns about how many bytes of memory rows take: in buffers and on their way to segments. */
  public long bufferedBytes() {
    return bufferedBytes + queue.bytes() + memory.spareBytes();
  }

  /**
   * Makes every row so far durable: in tails, or in segments where the store has no tails.
   *
   * @param last whether no row will follow; then tails become segments whatever their size, and
   *     everything that is still to be encoded is waited for
   * @return what has to be committed for the rows to be seen; segments and adoptions that were
   *     finished since the last barrier too
   * @throws IOException if the rows could not be made durable; none of them will be seen
   */
  public WriterChanges barrier(boolean last) throws IOException {
    requireWhole();
    broken = true;
    long now = clockMillis.getAsLong();
    boolean keep = fillsSegments();
    for (PartitionWriter writer : partitions.values()) {
      if (last || hasNoTails) {
        queue.awaitRoom(options.segmentBytes());
        writer.seal(files, tails, queue, false, true, partitions.size());
      } else if (writer.isFull(options) || writer.isOld(options, now)) {
        writer.seal(files, tails, queue, keep, false, partitions.size());
      } else {
        writer.spill(tails, partitions.size(), keep);
      }
      writer.restart(now);
    }
    while (memory.hasAwaited()) {
      queue.awaitProgress(); // rows that are nowhere else have to be durable now
    }
    if (last) {
      queue.awaitIdle();
    }
    List<Change.Files> changes = changes();
    files.barrierPassed();
    releaseMemory();
    partitions.values().removeIf(PartitionWriter::isIdle);
    current = null;
    newest = null;
    broken = false;
    return new WriterChanges(files.writerId(), ++barriers, changes, 0);
  }

  private List<Change.Files> changes() throws IOException {
    List<Change.Files> changes = new ArrayList<>();
    for (PartitionWriter writer : partitions.values()) {
      writer.collect(tails, changes);
    }
    tails.sync();
    files.syncDirectories();
    for (PartitionWriter writer : partitions.values()) {
      writer.report(changes);
    }
    while (!adoptions.isEmpty() && adoptions.element().change() != null) {
      changes.add(java.util.Objects.requireNonNull(adoptions.remove().change()));
    }
    return changes;
  }

  private void releaseMemory() {
    boolean keep =
        fillsSegments()
            || (partitions.size() <= MAX_KEPT_BUFFERS
                && bufferedBytes <= options.bufferBytes() / 2);
    if (!keep) {
      memory.release();
      partitions.values().forEach(PartitionWriter::releaseMemory);
    }
    bufferedBytes = 0;
    for (PartitionWriter writer : partitions.values()) {
      bufferedBytes += writer.heldBytes();
    }
  }

  /**
   * Takes over what earlier attempts left in their tails: rewrites the rows as segments, beside
   * further rows, and reports them at later {@linkplain #barrier barriers} as they are done. Call
   * it between two barriers, not before the first: by then the commit log shows all that earlier
   * attempts could commit.
   *
   * @param head the newest state
   * @param owns whether this writer keeps a partition
   * @return the number of rows to rewrite
   */
  public long adopt(TableState head, Predicate<String> owns) throws IOException {
    requireWhole();
    broken = true;
    long rows = 0;
    for (Map.Entry<String, PartitionState> entry : head.partitions().toSortedMap().entrySet()) {
      if (!owns.test(entry.getKey())) {
        continue;
      }
      List<TailState> left = new ArrayList<>();
      for (TailState tail : entry.getValue().tails().toSortedMap().values()) {
        if (!TableLayout.isOf(files.writerId(), tail.file())) {
          left.add(tail);
          rows += tail.rowCount();
        }
      }
      if (!left.isEmpty()) {
        Adoption adoption = new Adoption(files, options, entry.getKey(), left);
        adoptions.add(adoption);
        queue.adopt(adoption);
      }
    }
    broken = false;
    return rows;
  }

  private void requireWhole() throws IOException {
    queue.requireWhole();
    if (broken) {
      throw new IOException(
          "writer " + files.writerId() + " is unusable after an earlier failure; restart the job");
    }
  }

  /**
   * Gives up segments that are not finished, and closes the files; rows that were not made durable
   * are forgotten. When it returns, nothing of this attempt runs any more.
   */
  @Override
  public void close() throws IOException {
    broken = true;
    queue.close();
    partitions.clear();
    tails.close();
  }
}
