package io.varve.segment;

import io.varve.column.ZoneMap;
import io.varve.schema.Storage;

/**
 * What the footer says of one column. Immutable.
 *
 * @param fieldId a user's column or a hidden one
 * @param storage how its values are held
 * @param chunk where its blocks lie
 * @param index where the lengths and zone maps of its blocks lie
 * @param dictionarySize number of distinct values, 0 if it has no dictionary
 * @param dictionary where the distinct values lie
 * @param lists where the blocks of each value lie, empty if there are no lists
 * @param counts where the number of rows of each value lies, empty if there are none
 * @param zoneMap of all rows
 */
record ColumnEntry(
    int fieldId,
    Storage storage,
    Extent chunk,
    Extent index,
    int dictionarySize,
    Extent dictionary,
    Extent lists,
    Extent counts,
    ZoneMap zoneMap) {

  /**
   * Bytes of the file.
   *
   * @param offset from the start of the file
   * @param length with checksums; zero where there is nothing
   */
  record Extent(long offset, long length) {

    static final Extent NONE = new Extent(0, 0);

    boolean isEmpty() {
      return length == 0;
    }
  }
}
