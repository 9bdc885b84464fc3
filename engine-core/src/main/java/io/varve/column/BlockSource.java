package io.varve.column;

import io.varve.schema.Schema;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stored rows that can be read block by block and column by column: a segment or the frames of a
 * tail. Only the columns and blocks that are asked for are read and decoded. Confined to one
 * thread.
 */
public interface BlockSource extends AutoCloseable {

  /** The most rows of a block. */
  int MAX_BLOCK_ROWS = 1024;

  /** Returns the name of the file, for messages. */
  String name();

  /** Returns the schema that columns are read by: the reader's, not the one of the file. */
  Schema schema();

  /** Returns the number of blocks. */
  int blockCount();

  /** Returns the number of rows of a block, 1 to {@value #MAX_BLOCK_ROWS}. */
  int rowCount(int block);

  /**
   * Returns what is known of a column over a block, null if nothing is.
   *
   * @param fieldId of a column of {@link #schema} or of a {@link io.varve.schema.HiddenField}
   */
  @Nullable ZoneMap zoneMap(int block, int fieldId) throws IOException;

  /** Returns what is known of a column over all blocks, null if nothing is. */
  default @Nullable ZoneMap zoneMap(int fieldId) throws IOException {
    return null;
  }

  /**
   * Reads a column of a block.
   *
   * @return as many values as the block has rows; valid until the next call for the same column. A
   *     column of the schema that the file does not have is its default, or null, in every row.
   * @throws io.varve.io.CorruptFileException if the bytes are damaged
   */
  Column read(int block, int fieldId) throws IOException;

  /**
   * Reads some rows of a column of a block, as cheaply as the source can.
   *
   * @param from the first row that is wanted
   * @param to the end of those that are wanted
   * @return as many values as the block has rows; those of other rows mean nothing
   * @throws io.varve.io.CorruptFileException if the bytes are damaged
   */
  default Column read(int block, int fieldId, int from, int to) throws IOException {
    return read(block, fieldId);
  }

  /**
   * Reads a column of a block and gives it away: the source never uses it again, so it may outlive
   * the source.
   *
   * @return what {@link #read} gives, detached and not to be changed; the dictionary of codes is
   *     shared
   * @throws io.varve.io.CorruptFileException if the bytes are damaged
   */
  default Column readToKeep(int block, int fieldId) throws IOException {
    Column read = read(block, fieldId);
    Column kept = read.newEmpty();
    for (int row = 0; row < read.size(); row++) {
      kept.appendFrom(read, row);
    }
    return kept;
  }

  /**
   * Appends the value of one row to a column, as cheaply as the source can.
   *
   * @param into holds values of the storage of the field, as they are: no codes
   * @throws io.varve.io.CorruptFileException if the bytes are damaged
   */
  default void readRow(int block, int fieldId, int row, Column into) throws IOException {
    into.appendFrom(read(block, fieldId, row, row + 1), row);
  }

  /**
   * Returns the distinct values of a column over all blocks, without nulls; null if they are not
   * known.
   *
   * @return a column of the values as they are, not to be changed; for a column that is read as
   *     codes the dictionary of every block
   */
  default @Nullable Column distinctValues(int fieldId) throws IOException {
    return null;
  }

  /**
   * Returns one bit for each block, lowest first: whether one of the {@link #distinctValues} occurs
   * in it; null if that is not known.
   *
   * @param code the index of the value
   */
  default long @Nullable [] blocksOf(int fieldId, int code) throws IOException {
    return null;
  }

  /**
   * Returns one bit for each block, lowest first: whether a value of text or bytes may occur in it;
   * null if that is not known. Where the bit is clear it certainly does not.
   */
  default long @Nullable [] blocksThatMayHold(int fieldId, byte[] value) throws IOException {
    return null;
  }

  /** Returns the same for a value of {@link io.varve.schema.Storage#LONG}. */
  default long @Nullable [] blocksThatMayHold(int fieldId, long value) throws IOException {
    return null;
  }

  /**
   * Returns how many rows have each of the {@link #distinctValues}; null if they were not counted.
   */
  default int @Nullable [] countsPerCode(int fieldId) throws IOException {
    return null;
  }

  /**
   * Returns whether rows may be deleted: then what is known of the file as a whole, such as a count
   * of its rows, says nothing of those that are left, and {@link #deletedRows} has to be asked.
   */
  default boolean mayHaveDeletedRows() {
    return false;
  }

  /**
   * Returns one bit for each deleted row of a block, in 16 words, lowest first; null if none is.
   * Deleted rows are still among those that {@link #rowCount} counts, {@link #read} gives and
   * {@link #zoneMap} is of; whoever selects rows leaves them out.
   */
  default long @Nullable [] deletedRows(int block) throws IOException {
    return null;
  }

  /** Returns the groups of all rows that the source holds ready, in no order; maybe none. */
  default List<Preaggregation> preaggregations() throws IOException {
    return List.of();
  }

  @Override
  void close() throws IOException;
}
