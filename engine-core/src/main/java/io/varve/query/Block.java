package io.varve.query;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.ZoneMap;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One block of a source: its columns, each read when first asked for and then kept, so that a
 * filter and what follows it decode a column once. Valid until another block of the source is read.
 * Confined to one thread.
 */
public final class Block implements ZoneMapLookup {

  private final BlockSource source;
  private final int index;
  private int[] fieldIds = new int[8];
  private Column[] columns = new Column[8];
  private int columnCount;

  /** Names a block; nothing is read yet. */
  public Block(BlockSource source, int index) {
    Objects.checkIndex(index, source.blockCount());
    this.source = source;
    this.index = index;
  }

  /** Returns the source of the block. */
  public BlockSource source() {
    return source;
  }

  /** Returns the index of the block in its source. */
  public int index() {
    return index;
  }

  /** Returns the number of rows, 1 to {@link BlockSource#MAX_BLOCK_ROWS}. */
  public int rowCount() {
    return source.rowCount(index);
  }

  /** Returns whether a column has been read. */
  boolean isRead() {
    return columnCount != 0;
  }

  @Override
  public @Nullable ZoneMap zoneMap(int fieldId) throws IOException {
    return source.zoneMap(index, fieldId);
  }

  /**
   * Returns the values of a column, {@link #rowCount} of them.
   *
   * @throws io.varve.io.CorruptFileException if the bytes are damaged
   */
  public Column column(int fieldId) throws IOException {
    for (int i = 0; i < columnCount; i++) { // few: a map costs more
      if (fieldIds[i] == fieldId) {
        return columns[i];
      }
    }
    Column column = source.read(index, fieldId);
    if (columnCount == fieldIds.length) {
      fieldIds = Arrays.copyOf(fieldIds, columnCount * 2);
      columns = Arrays.copyOf(columns, columnCount * 2);
    }
    fieldIds[columnCount] = fieldId;
    columns[columnCount++] = column;
    return column;
  }
}
