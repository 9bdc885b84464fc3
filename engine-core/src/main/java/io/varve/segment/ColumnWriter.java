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
import io.varve.encoding.DistinctEstimate;
import io.varve.encoding.ZoneMapSerializer;
import io.varve.encoding.ZoneMaps;
import io.varve.io.BytesWriter;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the blocks of one column after the other and what belongs to them. Confined. */
final class ColumnWriter {

  /** A dictionary is given up when more of the rows than this, in percent, have a new value. */
  private static final int MAX_DISTINCT_PERCENT = 40;

  /** A dictionary of more bytes is given up: it must fit into an array, readers hold it. */
  private static final long MAX_DICTIONARY_BYTES = 1 << 30;

  /** The field id of a column that has none of the roles that the options name. */
  static final int NO_ROLE = -1;

  private final SegmentOptions options;
  private final long maxDictionaryBytes;
  private final BlockEncoder sealed;
  private final BlockEncoder lookedUp = new BlockEncoder(BlockOptions.LOOKED_UP);
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
   * Returns a column as codes of a sorted dictionary if it is to be written like that, else as it
   * is.
   *
   * @param column all rows in any order
   */
  Column code(int fieldId, Column column) {
    boolean id = options.idFields().contains(fieldId);
    boolean bloom = options.bloomFields().contains(fieldId);
    boolean tally = options.tallyFields().contains(fieldId);
    DictionaryColumn coded = null;
    if (column instanceof DictionaryColumn interned) {
      coded = tally || !id ? tryCode(interned, bloom || tally) : null;
    } else if (column instanceof BinaryColumn values && (tally || !id)) {
      coded = tryCode(values, bloom || tally);
    }
    if (coded != null) {
      return coded;
    }
    // To write() a sorted dictionary is one to be written.
    return column instanceof DictionaryColumn values && values.isSorted()
        ? values.expanded(0, values.size())
        : column;
  }

  /**
   * Writes the blocks of a column.
   *
   * @param from all rows in order, as {@link #code} says
   */
  WrittenColumn write(int fieldId, Column from) throws IOException {
    boolean id = options.idFields().contains(fieldId);
    boolean bloom = options.bloomFields().contains(fieldId);
    boolean tally = options.tallyFields().contains(fieldId);
    DictionaryColumn coded = null;
    Column column = from;
    if (from instanceof DictionaryColumn values) {
      coded = values.isSorted() ? values : null;
      column = values.isSorted() ? values : values.expanded(0, values.size());
    }
    WrittenColumn written = writeBlocks(column, id ? lookedUp : sealed);
    if (coded != null) {
      written.setDictionary(coded.dictionary(), dictionary(coded.dictionary()));
      addPerCode(coded, bloom, tally, written);
    } else if (column instanceof LongColumn values && (tally || (bloom && !id))) {
      DistinctLongs distinct = DistinctLongs.tryOf(values, MAX_DISTINCT_PERCENT);
      if (distinct != null && fits(distinct.values())) {
        written.setDictionary(distinct.values(), dictionary(distinct.values()));
        addPerCode(distinct.codes(), bloom, tally, written);
      }
    }
    if (id || bloom) {
      addIndex(column, written);
    }
    return written;
  }

  private boolean fits(Column distinct) {
    return distinct.size() > 0 && distinct.memoryBytes() <= maxDictionaryBytes;
  }

  private static void addPerCode(
      DictionaryColumn codes, boolean bloom, boolean tally, WrittenColumn written) {
    if (bloom) {
      written.parts.put(Part.LISTS, BlockLists.write(codes, written.dictionarySize));
    }
    if (tally) {
      written.parts.put(Part.COUNTS, counts(codes, written.dictionarySize));
    }
  }

  /** Adds what finds a value: a bloom filter, and an index unless lists of blocks do it. */
  private static void addIndex(Column column, WrittenColumn written) {
    Column distinct = written.dictionary;
    ValueHashes hashes = ValueHashes.of(distinct == null ? column : distinct);
    if (hashes == null || hashes.count() == 0) {
      return;
    }
    written.parts.put(Part.BLOOM, hashes.bloom().toBytes());
    if (!written.parts.containsKey(Part.LISTS)) {
      ValueHashes all = distinct == null ? hashes : ValueHashes.of(column);
      written.parts.put(Part.VALUE_INDEX, java.util.Objects.requireNonNull(all).index());
    }
  }

  private @Nullable DictionaryColumn tryCode(BinaryColumn values, boolean role) {
    if (!builder.tryAddColumn(values, MAX_DISTINCT_PERCENT)) {
      return null;
    }
    int rows = values.size();
    if (!isWorthIt(rows, values.byteCount(), role)) {
      return null;
    }
    int[] newCodes = builder.sort();
    DictionaryColumn coded = sorted();
    int[] codes = coded.appendUninitialized(rows);
    for (int row = 0; row < rows; row++) {
      codes[row] = newCodes[builder.code(row)];
    }
    copyNulls(values, coded, codes);
    return coded;
  }

  /** Numbers the values that occur in their order. */
  private @Nullable DictionaryColumn tryCode(DictionaryColumn interned, boolean role) {
    int rows = interned.size();
    BinaryColumn values = interned.dictionary();
    int[] from = interned.codes();
    int[] uses = new int[values.size()];
    boolean nulls = interned.nulls().nullCount() > 0;
    for (int row = 0; row < rows; row++) {
      if (!nulls || !interned.isNull(row)) { // the code of a null is that of no value
        uses[from[row]]++;
      }
    }
    BinaryColumn used = new BinaryColumn();
    int[] places = new int[uses.length];
    long bytes = 0;
    for (int code = 0; code < uses.length; code++) {
      places[code] = used.size();
      if (uses[code] > 0) {
        used.appendFrom(values, code);
        bytes += (long) values.length(code) * uses[code];
      }
    }
    if (new DistinctEstimate(rows, MAX_DISTINCT_PERCENT).isTooMany(rows, used.size())) {
      return null;
    }
    builder.setDistinct(used);
    if (!isWorthIt(rows, bytes, role)) {
      return null;
    }
    int[] newCodes = builder.sort();
    for (int code = 0; code < places.length; code++) {
      places[code] = uses[code] > 0 ? newCodes[places[code]] : 0;
    }
    DictionaryColumn coded = sorted();
    int[] codes = coded.appendUninitialized(rows);
    for (int row = 0; row < rows; row++) {
      codes[row] = places[from[row]];
    }
    copyNulls(interned, coded, codes);
    return coded;
  }

  /** Returns whether a column of rows is smaller as codes of the builder's values. */
  private boolean isWorthIt(int rows, long plainBytes, boolean role) {
    BinaryColumn distinct = builder.distinct();
    long bits = 32L - Integer.numberOfLeadingZeros(Math.max(1, distinct.size() - 1));
    long codedBytes = distinct.byteCount() + 2L * distinct.size() + bits * rows / 8;
    return fits(distinct) && (role || codedBytes <= plainBytes + rows);
  }

  private DictionaryColumn sorted() {
    BinaryColumn distinct = builder.distinct();
    BinaryColumn dictionary = new BinaryColumn();
    for (int code = 0; code < distinct.size(); code++) {
      dictionary.appendFrom(distinct, code);
    }
    return DictionaryColumn.ofSorted(dictionary);
  }

  private static void copyNulls(Column from, DictionaryColumn coded, int[] codes) {
    if (from.nulls().nullCount() == 0) {
      return;
    }
    for (int row = 0; row < from.size(); row++) {
      if (from.isNull(row)) {
        coded.nulls().setNull(row);
        codes[row] = 0;
      }
    }
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
    final Map<Part, byte[]> parts = new EnumMap<>(Part.class);
    @Nullable Column dictionary;
    int dictionarySize;

    WrittenColumn(ColumnEntry.Extent chunk, byte[] index, ZoneMap zoneMap) {
      this.chunk = chunk;
      this.index = index;
      this.zoneMap = zoneMap;
    }

    void setDictionary(Column distinct, byte[] bytes) {
      dictionary = distinct;
      dictionarySize = distinct.size();
      parts.put(Part.DICTIONARY, bytes);
    }
  }
}
