package io.varve.segment;

/**
 * Numbers of the segment layout, docs/format.md.
 *
 * <pre>
 * header  | for each column: blocks | for each column: index and parts | footer
 * </pre>
 *
 * <p>Header, 64 bytes:
 *
 * <pre>
 *  0   4  magic "VSEG"
 *  4   2  version
 *  6   2  zero
 *  8  16  table id
 * 24   8  writer
 * 32   8  rows
 * 40   8  least time
 * 48   8  greatest time
 * 56   4  schema version
 * 60   4  CRC32C of bytes 0 to 59
 * </pre>
 *
 * <p>Trailer, the last 16 bytes: length of the footer (4), version (2), zero (2), CRC32C of the
 * footer and these 8 bytes (4), magic "GESV" (4).
 */
final class SegmentFormat {

  static final int VERSION = 0;
  static final int HEADER_MAGIC = 0x47455356; // "VSEG"
  static final int TRAILER_MAGIC = 0x56534547; // "GESV"
  static final int HEADER_BYTES = 64;
  static final int TRAILER_BYTES = 16;
  static final int CHECKSUM_BYTES = 4;

  /** A block's number has 16 bits in block lists. */
  static final int MAX_BLOCKS = 1 << 16;

  /** A footer without its trailer is not longer, so that a damaged length asks for no more. */
  static final int MAX_FOOTER_BYTES = 16 << 20;

  /** How many bytes are read from the end of a file at first. */
  static final int TAIL_READ_BYTES = 64 << 10;

  static final String REMEDY = "restore the file from a backup or drop it";

  private SegmentFormat() {}
}
