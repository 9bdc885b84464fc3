package io.varve.tail;

/**
 * Numbers of the tail layout, docs/format.md.
 *
 * <pre>
 * header | frame | frame | …
 * </pre>
 *
 * <p>Header, 36 bytes: magic "VTAL" (4), version (2), zero (2), table id (16), writer (8), CRC32C
 * of these 32 bytes (4).
 *
 * <p>Frame:
 *
 * <pre>
 *  0  4  length of the frame, these 4 bytes included
 *  4  4  CRC32C of bytes 0 to 3 and 8 to the end
 *  8  8  writer
 * 16  8  layer
 * 24  8  sequence of the first row
 * 32  4  rows
 * 36  4  schema version
 * 40  2  columns
 * 42  1  flags: bit 0 = there are zone maps
 * 43  1  zero
 * 44  8  end of the frame before it of the same partition
 * 52  4  length of the partition's path, then the path
 *        for each column: field id (2), storage (1), zero (1), length of its block (4), zone map
 *        for each column: its block
 *     4  length of the frame once more
 * </pre>
 */
final class TailFormat {

  static final int VERSION = 0;
  static final int MAGIC = 0x4c415456; // "VTAL"
  static final int HEADER_BYTES = 36;

  /** Where the bytes of a frame after its checksum begin. */
  static final int FRAME_BODY = 8;

  /** The last bytes of a frame: its length, for those who come from behind. */
  static final int TRAILER_BYTES = 4;

  /** The least length of a frame: its fixed fields. */
  static final int MIN_FRAME_BYTES = 60;

  static final int ZONE_MAPS_FLAG = 1;

  /** Frames of fewer rows have no zone maps: reading them costs less. */
  static final int MIN_ZONE_MAP_ROWS = 64;

  /** A frame takes no further row when its text and bytes exceed this. */
  static final int TARGET_FRAME_BYTES = 4 << 20;

  /** Longer frames are checked before there is memory for them: a damaged length takes none. */
  static final int MAX_UNCHECKED_BYTES = 8 << 20;

  static final String REMEDY = "restore the file from a backup";

  private TailFormat() {}
}
