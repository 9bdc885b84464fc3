package io.varve.encoding;

/**
 * What a block encoder may spend. Immutable.
 *
 * @param zstdLevel compression level of text, 1 to 19, or 0 for none
 * @param pageBytes how many bytes of text are compressed together, at least
 * @param takesApart whether ids and texts of one shape are taken apart into digits and fields
 */
public record BlockOptions(int zstdLevel, int pageBytes, boolean takesApart) {

  /** How many bytes of text are compressed together by default. */
  public static final int DEFAULT_PAGE_BYTES = 32 << 10;

  /** Of sealed files: {@code zstd} at a level that costs less than the disk. */
  public static final BlockOptions SEALED = new BlockOptions(1, DEFAULT_PAGE_BYTES, true);

  /** Of columns that rows are looked up by: a row costs no inflating of others. */
  public static final BlockOptions LOOKED_UP = new BlockOptions(0, DEFAULT_PAGE_BYTES, true);

  /** Of tails, which are written while events come in: light encodings only. */
  public static final BlockOptions LIGHT = new BlockOptions(0, DEFAULT_PAGE_BYTES, false);

  /** The least and greatest size of a page. */
  private static final int MIN_PAGE_BYTES = 256;

  private static final int MAX_PAGE_BYTES = 1 << 20;
  private static final int MAX_ZSTD_LEVEL = 19;

  /** Checks the ranges. */
  public BlockOptions {
    if (zstdLevel < 0 || zstdLevel > MAX_ZSTD_LEVEL) {
      throw new IllegalArgumentException(
          "zstd level must be 0 to " + MAX_ZSTD_LEVEL + ", is " + zstdLevel);
    }
    if (pageBytes < MIN_PAGE_BYTES || pageBytes > MAX_PAGE_BYTES) {
      throw new IllegalArgumentException(
          "page size must be "
              + MIN_PAGE_BYTES
              + " to "
              + MAX_PAGE_BYTES
              + " bytes, is "
              + pageBytes);
    }
  }
}
