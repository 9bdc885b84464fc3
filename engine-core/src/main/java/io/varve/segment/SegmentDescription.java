package io.varve.segment;

import io.varve.schema.Storage;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a segment is made of, for people: which column takes how many bytes, and how its blocks are
 * encoded. Immutable.
 *
 * @param info what the segment says of itself
 * @param columns the columns of the schema in order, then the hidden ones
 */
public record SegmentDescription(SegmentInfo info, List<OfColumn> columns) {

  /** Copies the list. */
  public SegmentDescription {
    columns = List.copyOf(columns);
  }

  /**
   * One column.
   *
   * @param fieldId a user's column or a hidden one
   * @param name that the schema of the file gives it
   * @param storage how its values are held
   * @param distinctValues in its dictionary, 0 if it has none
   * @param blockBytes of its blocks with checksums
   * @param zoneMapBytes of lengths and zone maps of its blocks
   * @param partBytes of everything else that it has
   * @param encodings how many of its blocks are encoded in each way, by the names that
   *     docs/format.md gives encodings, those of an integer list behind: {@code codes of runs}
   */
  public record OfColumn(
      int fieldId,
      String name,
      Storage storage,
      int distinctValues,
      long blockBytes,
      long zoneMapBytes,
      Map<Part, Long> partBytes,
      Map<String, Integer> encodings) {

    /** Copies the maps. */
    public OfColumn {
      Map<Part, Long> parts = new EnumMap<>(Part.class);
      parts.putAll(partBytes);
      partBytes = Collections.unmodifiableMap(parts);
      encodings = Collections.unmodifiableMap(new TreeMap<>(encodings));
    }

    /** Returns the bytes of everything that belongs to the column but the footer. */
    public long totalBytes() {
      return blockBytes
          + zoneMapBytes
          + partBytes.values().stream().mapToLong(Long::longValue).sum();
    }
  }
}
