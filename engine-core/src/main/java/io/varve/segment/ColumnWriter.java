package io.varve.segment;

import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.LongColumn;
import io.varve.column.ZoneMap;
import io.varve.encoding.BlockEncoder;
import io.varve.encoding.BlockOptions;
import io.varve.encoding.DictionaryBuilder;
import io.varve.encoding.ZoneMapSerializer;
import io.varve.encoding.ZoneMaps;
import io.varve.io.BytesWriter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes the blocks of one column after the other and what belongs to them. Confined. */
final class ColumnWriter {

  /** A dictionary is given up when more of the rows than this, in percent, have a new value. */
  private static final int MAX_DISTINCT_PERCENT = 40;

  /**
   * A dictionary of more bytes is given up even where lists and counts are wanted: it must fit into
   * an array, and readers hold it in memory.
   */
  private static final long MAX_DICTIONARY_BYTES = 1 << 30;

  private final SegmentOptions options;
  private final long maxDictionaryBytes;
  private final BlockEncoder sealed;
  private final BlockEncoder light = new BlockEncoder(BlockOptions.LIGHT);
  private final DictionaryBuilder builder = new DictionaryBuilder();
  private final SegmentOutput out;

  ColumnWriter(SegmentOptions options, SegmentOutput out) {
    this(options, out, MAX_DICTIONARY_BYTES);
  }

  ColumnWriter(SegmentOptions options, SegmentOutput out, long maxDictionaryBytes) {
    this.options = options;
    this.maxDictionaryBytes = maxDictionaryBytes;
    this.sealed = new BlockEncoder(options.blocks());
    this.out = out;
  }

  /**
   * Writes the blocks of a column.
   *
   * @param column all rows in order
   */
  WrittenColumn write(int fieldId, Column column) throws IOException {
    boolean bloom = options.bloomFields().contains(fieldId);
    boolean tally = options.tallyFields().contains(fieldId);
    boolean id = options.idFields().contains(fieldId);
    DictionaryColumn coded = null;
    if (column instanceof BinaryColumn values && (bloom || tally || !id)) {
      coded = tryCode(values, bloom || tally);
    }
    WrittenColumn written = writeBlocks(coded == null ? column : coded, id ? light : sealed);
    if (coded != null) {
      DictionaryColumn codes = coded;
      written.setValues(dictionary(codes.dictionary()), codes.dictionary().size());
      written.lists = bloom ? BlockLists.write(codes, codes.dictionary().size()) : null;
      written.counts = tally ? counts(codes, codes.dictionary().size()) : null;
    } else if (column instanceof LongColumn values && (bloom || tally)) {
      writeDistinct(values, bloom, tally, written);
    }
    return written;
  }

  private @Nullable DictionaryColumn tryCode(BinaryColumn values, boolean always) {
    if (!builder.tryAddColumn(values, always ? Integer.MAX_VALUE : MAX_DISTINCT_PERCENT)) {
      return null;
    }
    int rows = values.size();
    BinaryColumn distinct = builder.distinct();
    long bits = 32L - Integer.numberOfLeadingZeros(Math.max(1, distinct.size() - 1));
    long codedBytes = distinct.byteCount() + 2L * distinct.size() + bits * rows / 8;
    if (distinct.memoryBytes() > maxDictionaryBytes) {
      return null;
    }
    if (distinct.size() == 0 || (!always && codedBytes > values.byteCount() + (long) rows)) {
      return null;
    }
    int[] newCodes = builder.sort();
    BinaryColumn dictionary = new BinaryColumn();
    for (int code = 0; code < distinct.size(); code++) {
      dictionary.appendFrom(distinct, code);
    }
    DictionaryColumn coded = new DictionaryColumn(dictionary);
    int[] codes = coded.appendUninitialized(rows);
    for (int row = 0; row < rows; row++) {
      codes[row] = newCodes[builder.code(row)];
    }
    if (values.nulls().nullCount() > 0) {
      for (int row = 0; row < rows; row++) {
        if (values.isNull(row)) {
          coded.nulls().setNull(row);
          codes[row] = 0;
        }
      }
    }
    return coded;
  }

  /** Writes the distinct values of a column whose blocks hold values and not codes. */
  private void writeDistinct(
      LongColumn values, boolean bloom, boolean tally, WrittenColumn written) {
    LongColumn distinct = DistinctLongs.of(values);
    if (distinct.size() == 0 || distinct.memoryBytes() > maxDictionaryBytes) {
      return;
    }
    DictionaryColumn codes = DistinctLongs.code(values, distinct);
    written.setValues(dictionary(distinct), distinct.size());
    written.lists = bloom ? BlockLists.write(codes, distinct.size()) : null;
    written.counts = tally ? counts(codes, distinct.size()) : null;
  }

  private WrittenColumn writeBlocks(Column column, BlockEncoder encoder) throws IOException {
    BytesWriter index = new BytesWriter(1 << 10);
    BytesWriter buffer = out.buffer();
    long offset = out.position();
    ZoneMap all = null;
    int rowCount = column.size();
    for (int row = 0; row < rowCount; row += BlockSource.MAX_BLOCK_ROWS) {
      int rows = Math.min(BlockSource.MAX_BLOCK_ROWS, rowCount - row);
      int start = buffer.size();
      encoder.encode(column, row, rows, buffer);
      buffer.writeChecksum(start);
      ZoneMap map = ZoneMaps.of(column, row, rows);
      index.writeInt(buffer.size() - start);
      ZoneMapSerializer.write(map, index);
      all = all == null ? map : ZoneMaps.join(all, map);
      out.flushIfLarge();
    }
    index.writeChecksum(0);
    ColumnEntry.Extent chunk = new ColumnEntry.Extent(offset, out.position() - offset);
    return new WrittenColumn(chunk, index.toByteArray(), java.util.Objects.requireNonNull(all));
  }

  private byte[] dictionary(Column values) {
    BytesWriter bytes = new BytesWriter(Math.toIntExact(values.memoryBytes()));
    BytesWriter block = new BytesWriter(1 << 12);
    for (int from = 0; from < values.size(); from += BlockSource.MAX_BLOCK_ROWS) {
      block.clear();
      int count = Math.min(BlockSource.MAX_BLOCK_ROWS, values.size() - from);
      sealed.encode(values, from, count, block);
      bytes.writeInt(block.size()).writeBytes(block.array(), 0, block.size());
    }
    return bytes.writeChecksum(0).toByteArray();
  }

  private static byte[] counts(DictionaryColumn coded, int size) {
    int[] counts = new int[size];
    for (int row = 0; row < coded.size(); row++) {
      if (!coded.isNull(row)) {
        counts[coded.code(row)]++;
      }
    }
    BytesWriter bytes = new BytesWriter(counts.length * Integer.BYTES + Integer.BYTES);
    for (int count : counts) {
      bytes.writeInt(count);
    }
    return bytes.writeChecksum(0).toByteArray();
  }

  /** A column whose blocks are in the file and whose other parts are still in memory. */
  static final class WrittenColumn {

    final ColumnEntry.Extent chunk;
    final byte[] index;
    final ZoneMap zoneMap;
    int dictionarySize;
    byte @Nullable [] dictionary;
    byte @Nullable [] lists;
    byte @Nullable [] counts;

    void setValues(byte[] bytes, int size) {
      dictionary = bytes;
      dictionarySize = size;
    }

    WrittenColumn(ColumnEntry.Extent chunk, byte[] index, ZoneMap zoneMap) {
      this.chunk = chunk;
      this.index = index;
      this.zoneMap = zoneMap;
    }
  }
}
