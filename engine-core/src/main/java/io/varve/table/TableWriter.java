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

/**
 * One writer attempt: takes rows, makes them durable at barriers, and says what changed
 * (protocol.md, "Writer"). It writes files of its own only, and never deletes one. Confined to one
 * thread.
 *
 * <p>After a failed write it is broken: every further barrier fails, and a new attempt must take
 * over from the last commit.
 */
public final class TableWriter implements AutoCloseable {

  private final TableDirectory table;
  private final WriterFiles files;
  private final WriterOptions options;
  private final LongSupplier clockMillis;
  private final Map<String, PartitionWriter> partitions = new HashMap<>();
  private final List<Change.Files> adopted = new ArrayList<>();
  private long barriers;
  private long nextSequence;
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
    return writer.rows(nextSequence, barriers);
  }

  /**
   * Counts a row that has been added, and makes room for the next where memory runs out.
   *
   * @throws IOException if rows had to be written and could not be
   */
  public void rowAdded(String partition) throws IOException {
    requireWhole();
    nextSequence++;
    PartitionWriter writer = partitions.get(partition);
    if (writer == null) {
      throw new IllegalStateException("no row was begun in partition " + partition);
    }
    if (writer.countRow()) {
      broken = true;
      writer.sealNow();
      broken = false;
    }
    if ((nextSequence & 0xff) == 0 && bufferedBytes() > options.bufferBytes()) {
      spillAll();
    }
  }

  /** Returns the bytes of rows in memory. */
  public long bufferedBytes() {
    long bytes = 0;
    for (PartitionWriter writer : partitions.values()) {
      bytes += writer.bufferedBytes();
    }
    return bytes;
  }

  private void spillAll() throws IOException {
    broken = true;
    for (PartitionWriter writer : partitions.values()) {
      writer.spill();
    }
    broken = false;
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
      writer.barrier(now, last, changes);
    }
    files.syncDirectories();
    partitions.values().removeIf(PartitionWriter::isIdle);
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
    Adoption adoption = new Adoption(table, files);
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
    for (PartitionWriter writer : partitions.values()) {
      writer.close();
    }
  }
}
