package io.varve.flink.source;

/** How far a reader has come in a split: the next row to emit. Confined to the reader's thread. */
final class SplitProgress {

  private final VarveSplit split;
  private int block;
  private int row;

  SplitProgress(VarveSplit split) {
    this.split = split;
    this.block = split.nextBlock();
    this.row = split.nextRow();
  }

  /** Says that everything before a row has been emitted. */
  void moveTo(int nextBlock, int nextRow) {
    block = nextBlock;
    row = nextRow;
  }

  /** Returns what is left to read. */
  VarveSplit toSplit() {
    return split.at(block, row);
  }
}
