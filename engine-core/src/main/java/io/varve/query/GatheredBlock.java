package io.varve.query;

import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.EncodedLongs;
import io.varve.column.LongColumn;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A few rows of a block as a block of their own. Their values are taken one by one from where they
 * are stored, so that what follows costs what these rows cost and not what the block does. Zone
 * maps are those of the whole block, which hold for some of its rows but say less. Valid until the
 * memory is used for other rows.
 */
final class GatheredBlock extends Block {

  private final Block whole;
  private final Memory memory;
  private final int count;

  /** Takes the selected rows of a block, in order. */
  GatheredBlock(Block whole, Selection rows, Memory memory) {
    super(whole.source(), whole.index());
    this.whole = whole;
    this.memory = memory;
    this.count = rows.copyRowsTo(memory.rows);
  }

  /** Returns whether some rows of a block should be gathered. */
  static boolean pays(Block block, Selection rows) {
    return block.isWhole() && rows.isFew();
  }

  @Override
  public int rowCount() {
    return count;
  }

  @Override
  boolean isWhole() {
    return false;
  }

  @Override
  boolean isRead() {
    return whole.isRead();
  }

  @Override
  long @Nullable [] deletedRows() {
    return null; // none is among them
  }

  @Override
  Column read(int fieldId) throws IOException {
    return memory.gather(fieldId, whole.column(fieldId), count);
  }

  /** Memory for the rows of one block at a time. Confined. */
  static final class Memory {

    private final int[] rows = new int[io.varve.column.BlockSource.MAX_BLOCK_ROWS];
    private final long[] codes = new long[io.varve.column.BlockSource.MAX_BLOCK_ROWS];
    private final Map<Integer, Column> spare = new HashMap<>();

    /** Returns the rows, in order. */
    int[] rows() {
      return rows;
    }

    private Column gather(int fieldId, Column from, int count) {
      Column into = spare.get(fieldId);
      if (into == null || !Column.areAlike(into, from)) {
        into = from.newEmpty();
        spare.put(fieldId, into);
      }
      into.clear();
      if (from.nulls().nullCount() == 0 && from instanceof LongColumn longs) {
        gatherLongs(longs, count, ((LongColumn) into).appendUninitialized(count));
      } else if (from.nulls().nullCount() == 0 && from instanceof DictionaryColumn coded) {
        gatherCodes(coded, count, ((DictionaryColumn) into).appendUninitialized(count));
      } else {
        for (int n = 0; n < count; n++) {
          into.appendFrom(from, rows[n]);
        }
      }
      return into;
    }

    private void gatherLongs(LongColumn from, int count, long[] into) {
      EncodedLongs encoded = from.encoded();
      if (encoded != null) {
        encoded.gather(rows, count, into);
        return;
      }
      long[] values = from.values();
      for (int n = 0; n < count; n++) {
        into[n] = values[rows[n]];
      }
    }

    private void gatherCodes(DictionaryColumn from, int count, int[] into) {
      EncodedLongs encoded = from.encoded();
      if (encoded != null) {
        encoded.gather(rows, count, codes);
        for (int n = 0; n < count; n++) {
          into[n] = (int) codes[n];
        }
        return;
      }
      int[] values = from.codes();
      for (int n = 0; n < count; n++) {
        into[n] = values[rows[n]];
      }
    }
  }
}
