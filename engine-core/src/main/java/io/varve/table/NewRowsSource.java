package io.varve.table;

import io.varve.column.BlockSource;
import io.varve.column.LongColumn;
import io.varve.column.ZoneMap;
import io.varve.schema.HiddenField;
import java.io.IOException;
import java.util.Arrays;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A segment of which only the rows are wanted that some writers wrote after some of their layers;
 * the others are left out as deleted ones are. Confined to one thread.
 */
final class NewRowsSource extends PartialSource {

  private static final int WORDS = MAX_BLOCK_ROWS / Long.SIZE;

  private final SortedMap<Long, Long> newerThan;
  private final long[] leftOut = new long[WORDS];
  private int knownBlock = -1;
  private boolean anyLeftOut;

  NewRowsSource(BlockSource source, SortedMap<Long, Long> newerThan) {
    super(source);
    this.newerThan = newerThan;
  }

  @Override
  public long @Nullable [] deletedRows(int block) throws IOException {
    if (block != knownBlock) {
      knownBlock = -1;
      find(block);
      knownBlock = block;
    }
    return anyLeftOut ? leftOut : null;
  }

  private void find(int block) throws IOException {
    int rows = source.rowCount(block);
    Arrays.fill(leftOut, 0);
    long[] deleted = source.deletedRows(block);
    if (deleted != null) {
      System.arraycopy(deleted, 0, leftOut, 0, deleted.length);
    }
    anyLeftOut = deleted != null;
    if (isAllNew(block)) {
      return;
    }
    LongColumn writers = (LongColumn) source.read(block, HiddenField.WRITER.id());
    LongColumn layers = (LongColumn) source.read(block, HiddenField.LAYER.id());
    for (int row = 0; row < rows; row++) {
      Long newest = newerThan.get(writers.get(row));
      if (newest == null || layers.get(row) <= newest) {
        leftOut[row >>> 6] |= 1L << row;
        anyLeftOut = true;
      }
    }
  }

  /** Of a block of one writer its zone maps may say it. */
  private boolean isAllNew(int block) throws IOException {
    if (source.zoneMap(block, HiddenField.WRITER.id()) instanceof ZoneMap.OfLong writers
        && writers.min() == writers.max()
        && source.zoneMap(block, HiddenField.LAYER.id()) instanceof ZoneMap.OfLong layers) {
      Long newest = newerThan.get(writers.min());
      return newest != null && layers.min() > newest;
    }
    return false;
  }
}
