package io.varve.flink.source;

import io.varve.column.BlockSource;
import io.varve.flink.common.BytesSerializer;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.table.ScanUnit;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * A range of blocks of one file that one reader reads, and how far it has come. Immutable.
 *
 * @param commit the oldest commit of its plan, which must not expire while it is read
 * @param number its place in that plan, from 0
 * @param before only rows of an earlier event time are wanted, nanoseconds since the epoch; {@link
 *     Long#MAX_VALUE} for all
 * @param unit the file
 * @param fromBlock the first block
 * @param toBlock one more than the last block, or {@link #ALL_BLOCKS}
 * @param nextBlock the block of the next row to emit
 * @param nextRow the next row to emit in that block
 */
public record VarveSplit(
    long commit,
    int number,
    long before,
    ScanUnit unit,
    int fromBlock,
    int toBlock,
    int nextBlock,
    int nextRow)
    implements SourceSplit {

  /** The end of a split that reads all blocks of a file whose number of blocks nobody counted. */
  public static final int ALL_BLOCKS = Integer.MAX_VALUE;

  private static final int VERSION = 0;

  /** Checks that the progress lies in the range. */
  public VarveSplit {
    if (commit < 0 || number < 0 || fromBlock < 0 || toBlock <= fromBlock) {
      throw new IllegalArgumentException(
          "bad split " + number + " of blocks [" + fromBlock + ", " + toBlock + ")");
    }
    if (nextBlock < fromBlock || nextBlock > toBlock || nextRow < 0) {
      throw new IllegalArgumentException(
          "row " + nextRow + " of block " + nextBlock + " is not in split " + number);
    }
  }

  /** Returns the same split with other progress. */
  VarveSplit at(int block, int row) {
    return new VarveSplit(commit, number, before, unit, fromBlock, toBlock, block, row);
  }

  @Override
  public String splitId() {
    return commit + "-" + number;
  }

  /** Returns the number of stored rows that are left. */
  long rowsLeft() {
    if (unit instanceof ScanUnit.OfTail) {
      return unit.rows();
    }
    long from = (long) nextBlock * BlockSource.MAX_BLOCK_ROWS + nextRow;
    return Math.max(0, Math.min(unit.rows(), (long) toBlock * BlockSource.MAX_BLOCK_ROWS) - from);
  }

  /** Returns about how many bytes of the file are left, as if all columns were read. */
  long bytesLeft() {
    return unit.rows() == 0 ? 0 : (long) ((double) unit.bytes() / unit.rows() * rowsLeft());
  }

  @Override
  public String toString() {
    String to = toBlock == ALL_BLOCKS ? "end" : String.valueOf(toBlock);
    return "split " + splitId() + " (" + unit.file() + ", blocks " + fromBlock + " to " + to + ")";
  }

  /** Returns the serializer of splits in checkpoints and on their way to readers. */
  static BytesSerializer<VarveSplit> serializer() {
    return new BytesSerializer<>("split", VERSION, VarveSplit::write, VarveSplit::read);
  }

  static void write(BytesWriter out, VarveSplit split) {
    out.writeLong(split.commit).writeInt(split.number).writeLong(split.before);
    ScanUnit.write(out, split.unit);
    out.writeInt(split.fromBlock).writeInt(split.toBlock);
    out.writeInt(split.nextBlock).writeInt(split.nextRow);
  }

  static VarveSplit read(BytesReader in) throws CorruptFileException {
    long commit = in.readLong();
    int number = in.readInt();
    long before = in.readLong();
    ScanUnit unit = ScanUnit.read(in);
    int fromBlock = in.readInt();
    int toBlock = in.readInt();
    try {
      return new VarveSplit(
          commit, number, before, unit, fromBlock, toBlock, in.readInt(), in.readInt());
    } catch (IllegalArgumentException invalid) {
      throw in.corrupt("a split", String.valueOf(invalid.getMessage()));
    }
  }
}
