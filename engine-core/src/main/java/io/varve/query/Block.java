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
public class Block implements ZoneMapLookup {

  private static final int[] NO_IDS = {};
  private static final Column[] NO_COLUMNS = {};

  private final BlockSource source;
  private final int index;
  private int[] fieldIds = NO_IDS; // most blocks are judged and not read
  private Column[] columns = NO_COLUMNS;
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

  /** Returns whether zone maps are of these rows and no others. */
  boolean isWhole() {
    return true;
  }

  /** Returns one bit for each row that is deleted, lowest first; null if none is. */
  long @Nullable [] deletedRows() throws IOException {
    return source.deletedRows(index);
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
  public final Column column(int fieldId) throws IOException {
    for (int i = 0; i < columnCount; i++) { // few: a map costs more
      if (fieldIds[i] == fieldId) {
        return columns[i];
      }
    }
    return remember(fieldId, read(fieldId));
  }

  /**
   * Returns the values of a column like {@link #column}, for whoever asks to keep: they outlive the
   * block and its source, never change, and may be read by several threads. Asked for before any
   * other column is read it costs no more than reading does.
   *
   * @throws io.varve.io.CorruptFileException if the bytes are damaged
   */
  public Column keep(int fieldId) throws IOException {
    return source.readToKeep(index, fieldId);
  }

  private Column remember(int fieldId, Column column) {
    if (columnCount == fieldIds.length) {
      fieldIds = Arrays.copyOf(fieldIds, Math.max(8, columnCount * 2));
      columns = Arrays.copyOf(columns, Math.max(8, columnCount * 2));
    }
    fieldIds[columnCount] = fieldId;
    columns[columnCount++] = column;
    return column;
  }

  /**
   * Finds the rows that have a value of bytes without decoding the others, where that is better.
   *
   * @param bits gets one bit for each row, none of them of a null
   * @return false if the column should be read instead; the bits then mean nothing
   */
  boolean find(int fieldId, byte[] value, long[] bits) throws IOException {
    return source instanceof PreaggregatedBlocks groups && groups.find(index, fieldId, value, bits);
  }

  /** Reads the values of a column. */
  Column read(int fieldId) throws IOException {
    return source.read(index, fieldId);
  }
}
