package io.varve.segment;

import io.varve.column.ZoneMap;
import io.varve.schema.Storage;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the footer says of one column. Immutable.
 *
 * @param fieldId a user's column or a hidden one
 * @param storage how its values are held
 * @param chunk where its blocks lie
 * @param index where the lengths and zone maps of its blocks lie
 * @param dictionarySize number of distinct values, 0 if it has no dictionary
 * @param parts where its other parts lie; none of them is empty
 * @param zoneMap of all rows
 */
record ColumnEntry(
    int fieldId,
    Storage storage,
    Extent chunk,
    Extent index,
    int dictionarySize,
    Map<Part, Extent> parts,
    ZoneMap zoneMap) {

  ColumnEntry {
    Map<Part, Extent> ordered = new EnumMap<>(Part.class);
    ordered.putAll(parts);
    parts = java.util.Collections.unmodifiableMap(ordered);
  }

  boolean has(Part part) {
    return parts.containsKey(part);
  }

  /** Returns where a part lies that the column has. */
  Extent part(Part part) {
    return java.util.Objects.requireNonNull(parts.get(part));
  }

  /**
   * Bytes of the file.
   *
   * @param offset from the start of the file
   * @param length with checksums
   */
  record Extent(long offset, long length) {}
}
