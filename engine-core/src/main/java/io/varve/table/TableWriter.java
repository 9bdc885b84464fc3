package io.varve.table;

import io.varve.column.RowBuffer;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.PartitionState;
import io.varve.table.protocol.TableState;
import io.varve.table.protocol.TailState;
import io.varve.table.protocol.WriterChanges;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One writer attempt: takes rows, makes them durable at barriers, and says what changed
 * (protocol.md, "Writer"). It writes files of its own only, and never deletes one. Confined to one
 * thread.
 *
 * <p>After a failed write it is broken: every further barrier fails, and a new attempt must take
 * over from the last commit.
 */
public final class TableWriter implements AutoCloseable {

  private static final int MAX_KEPT_BUFFERS = 16;
  private static final int MAX_OPEN_TAILS = 64;

  private final TableDirectory table;
  private final WriterFiles files;
  private final WriterOptions options;
  private final LongSupplier clockMillis;
  private final Map<String, PartitionWriter> partitions = new HashMap<>();
  private final List<Change.Files> adopted = new ArrayList<>();
  private long barriers;
  private long nextSequence;
  private @Nullable PartitionWriter current;
  private long bytesBefore;
  private long bufferedBytes;
  private boolean broken;

  /**
   * Starts an attempt.
   *
   * @param writer the attempt's number, drawn at random: no other attempt may have it
   * @param clockMillis tells the age of rows
   */
  public TableWriter(
      TableDirectory table, long writer, WriterOptions options, LongSupplier clockMillis) {
    this.table = table;
    this.files = new WriterFiles(table, writer);
    this.options = options;
    this.clockMillis = clockMillis;
  }

  /** Returns the attempt's unique id. */
  public String writerId() {
    return files.writerId();
  }

  /**
   * Returns where to put the next row of a partition; call {@link #rowAdded} after its {@link
   * RowBuffer#endRow}.
   *
   * @param partition as of {@link PartitionRouter#path}
   */
  public RowBuffer rows(String partition) {
    PartitionWriter writer = partitions.get(partition);
    if (writer == null) {
      writer = new PartitionWriter(files, partition, options, clockMillis.getAsLong());
      partitions.put(partition, writer);
    }
    current = writer;
    bytesBefore = writer.bufferedBytes();
    // A row's layer is the ordinal that its barrier will report.
    return writer.rows(nextSequence, barriers + 1);
  }

  /**
   * Counts the row that has been added last, and makes room for the next where memory runs out.
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
    bufferedBytes += writer.bufferedBytes() - bytesBefore;
    if (writer.isFull()) {
      broken = true;
      bufferedBytes -= writer.bufferedBytes();
      writer.seal(keepsMemory());
      broken = false;
    } else if (bufferedBytes > options.bufferBytes()) {
      spillAll();
    }
  }

  /** Returns about how many bytes of memory the rows take that are not in a file. */
  public long bufferedBytes() {
    return bufferedBytes;
  }

  private void spillAll() throws IOException {
    broken = true;
    for (PartitionWriter writer : partitions.values()) {
      writer.spill(false);
      if (!keepsFiles()) {
        writer.releaseFile();
      }
    }
    bufferedBytes = 0;
    broken = false;
  }

  /** Few partitions keep their buffers from barrier to barrier; many would fill the memory. */
  private boolean keepsMemory() {
    return partitions.size() <= MAX_KEPT_BUFFERS;
  }

  /** Few partitions keep their tails open; many would use up the process's file handles. */
  private boolean keepsFiles() {
    return partitions.size() <= MAX_OPEN_TAILS;
  }

  /**
   * Makes every row so far durable.
   *
   * @param last whether no row will follow; then tails become segments whatever their size
   * @return what has to be committed for the rows to be seen; adoptions since the last barrier too
   * @throws IOException if the rows could not be made durable; none of them will be seen
   */
  public WriterChanges barrier(boolean last) throws IOException {
    requireWhole();
    broken = true;
    List<Change.Files> changes = new ArrayList<>(adopted);
    adopted.clear();
    long now = clockMillis.getAsLong();
    for (PartitionWriter writer : partitions.values()) {
      writer.barrier(now, last, keepsMemory(), changes);
      if (!keepsFiles()) {
        writer.releaseFile();
      }
    }
    files.syncDirectories();
    partitions.values().removeIf(PartitionWriter::isIdle);
    bufferedBytes = 0;
    current = null;
    broken = false;
    return new WriterChanges(files.writerId(), ++barriers, changes, 0);
  }

  /**
   * Takes over what earlier attempts left in their tails: rewrites the rows as segments, which the
   * next {@link #barrier} reports. Call it between two barriers, not before the first: by then the
   * commit log shows all that earlier attempts could commit.
   *
   * @param head the newest state
   * @param owns whether this writer keeps a partition
   * @return the number of rows rewritten
   */
  public long adopt(TableState head, Predicate<String> owns) throws IOException {
    requireWhole();
    broken = true;
    long rows = 0;
    Adoption adoption = new Adoption(table, files, options);
    for (Map.Entry<String, PartitionState> entry : head.partitions().toSortedMap().entrySet()) {
      if (!owns.test(entry.getKey())) {
        continue;
      }
      List<TailState> tails = new ArrayList<>();
      for (TailState tail : entry.getValue().tails().toSortedMap().values()) {
        if (!TableLayout.isOf(files.writerId(), tail.file())) {
          tails.add(tail);
        }
      }
      rows += adoption.adopt(entry.getKey(), tails, adopted);
    }
    broken = false;
    return rows;
  }

  private void requireWhole() throws IOException {
    if (broken) {
      throw new IOException(
          "writer " + files.writerId() + " is unusable after an earlier failure; restart the job");
    }
  }

  /** Closes the files; rows that were not made durable are forgotten. */
  @Override
  public void close() throws IOException {
    broken = true;
    IOException failure = null;
    for (PartitionWriter writer : partitions.values()) {
      try {
        writer.close();
      } catch (IOException failed) {
        if (failure == null) {
          failure = failed;
        } else {
          failure.addSuppressed(failed);
        }
      }
    }
    partitions.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
