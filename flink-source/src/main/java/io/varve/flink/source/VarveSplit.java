package io.varve.flink.source;

import io.varve.flink.common.BytesSerializer;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.table.ScanUnit;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * A range of blocks of one file that one reader reads, and how far it has come. Immutable.
 *
 * @param number its place in the plan, from 0: unique in the plan of one commit
 * @param unit the file
 * @param fromBlock the first block
 * @param toBlock one more than the last block, or {@link #ALL_BLOCKS}
 * @param nextBlock the block of the next row to emit
 * @param nextRow the next row to emit in that block
 */
public record VarveSplit(
    int number, ScanUnit unit, int fromBlock, int toBlock, int nextBlock, int nextRow)
    implements SourceSplit {

  /** The end of a split that reads all blocks of a file whose number of blocks nobody counted. */
  public static final int ALL_BLOCKS = Integer.MAX_VALUE;

  private static final int VERSION = 0;

  /** Checks that the progress lies in the range. */
  public VarveSplit {
    if (number < 0 || fromBlock < 0 || toBlock <= fromBlock) {
      throw new IllegalArgumentException(
          "bad split " + number + " of blocks [" + fromBlock + ", " + toBlock + ")");
    }
    if (nextBlock < fromBlock || nextBlock > toBlock || nextRow < 0) {
      throw new IllegalArgumentException(
          "row " + nextRow + " of block " + nextBlock + " is not in split " + number);
    }
  }

  /** Returns a split of which nothing has been read. */
  static VarveSplit fresh(int number, ScanUnit unit, int fromBlock, int toBlock) {
    return new VarveSplit(number, unit, fromBlock, toBlock, fromBlock, 0);
  }

  /** Returns the same split with other progress. */
  VarveSplit at(int block, int row) {
    return new VarveSplit(number, unit, fromBlock, toBlock, block, row);
  }

  @Override
  public String splitId() {
    return Integer.toString(number);
  }

  @Override
  public String toString() {
    String to = toBlock == ALL_BLOCKS ? "end" : String.valueOf(toBlock);
    return "split " + number + " (" + unit.file() + ", blocks " + fromBlock + " to " + to + ")";
  }

  /** Returns the serializer of splits in checkpoints and on their way to readers. */
  static BytesSerializer<VarveSplit> serializer() {
    return new BytesSerializer<>("split", VERSION, VarveSplit::write, VarveSplit::read);
  }

  static void write(BytesWriter out, VarveSplit split) {
    out.writeInt(split.number);
    ScanUnit.write(out, split.unit);
    out.writeInt(split.fromBlock).writeInt(split.toBlock);
    out.writeInt(split.nextBlock).writeInt(split.nextRow);
  }

  static VarveSplit read(BytesReader in) throws CorruptFileException {
    int number = in.readInt();
    ScanUnit unit = ScanUnit.read(in);
    int fromBlock = in.readInt();
    int toBlock = in.readInt();
    try {
      return new VarveSplit(number, unit, fromBlock, toBlock, in.readInt(), in.readInt());
    } catch (IllegalArgumentException invalid) {
      throw in.corrupt("a split", String.valueOf(invalid.getMessage()));
    }
  }
}
