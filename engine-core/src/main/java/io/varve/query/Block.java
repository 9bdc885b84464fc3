package io.varve.query;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.ZoneMap;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
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
  private final Map<Integer, Column> columns = new HashMap<>();

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
    return !columns.isEmpty();
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
    Column column = columns.get(fieldId);
    if (column == null) {
      column = source.read(index, fieldId);
      columns.put(fieldId, column);
    }
    return column;
  }
}
