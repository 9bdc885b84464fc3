package io.varve.segment;

import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.LongColumn;
import io.varve.column.ZoneMap;
import io.varve.encoding.BlockDecoder;
import io.varve.encoding.ValueHash;
import io.varve.encoding.ZoneMapSerializer;
import io.varve.io.BytesReader;
import io.varve.schema.Storage;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the blocks of one column and what belongs to them, each when first asked for. The checksum
 * of a block is compared when it is first read. Confined.
 */
final class ColumnReader {

  /** How many bytes are read ahead when blocks are read in order. */
  private static final int READ_AHEAD_BYTES = 64 << 10;

  /** How many bytes are read at once to compare all checksums. */
  private static final int VERIFY_BYTES = 64 << 10;

  private static final int NO_BLOCK = -1;

  /** About what a zone map takes, or one of text without its two bounds. */
  private static final int ZONE_MAP_BYTES = 96;

  private static final int BOUND_BYTES = 48;

  private final SegmentFile file;
  private final ColumnEntry entry;
  private final BlockDecoder decoder;
  private final int blockCount;
  private final long rowCount;

  private final long[] checked; // one bit for each block that agreed with its checksum
  private final long[] known; // one bit for each block that was read and stayed encoded
  private final int readAheadBytes;

  private long @Nullable [] offsets; // where each block begins, then the end
  private ZoneMap @Nullable [] zoneMaps;
  private @Nullable Column values;
  private long valuesBytes; // of the values, as far as they were told to the file
  private int valuesOf = NO_BLOCK; // the block that the values are all of
  private @Nullable Column distinct; // unless it is the dictionary of the values
  private @Nullable BlockLists lists;
  private int @Nullable [] counts;
  private @Nullable BloomFilter bloom;
  private @Nullable ValueIndex valueIndex;
  private byte[] window = new byte[0];
  private int windowFrom; // the blocks in the window
  private int windowTo;

  ColumnReader(SegmentFile file, ColumnEntry entry, BlockDecoder decoder, long rowCount) {
    this.file = file;
    this.entry = entry;
    this.decoder = decoder;
    this.rowCount = rowCount;
    this.blockCount = SegmentReader.blocks(rowCount);
    this.checked = new long[(blockCount + 63) >>> 6];
    this.known = new long[checked.length];
    this.readAheadBytes = file.isCheapToRead() ? 0 : READ_AHEAD_BYTES;
  }

  ColumnEntry entry() {
    return entry;
  }

  ZoneMap zoneMap(int block) throws IOException {
    if (zoneMaps == null) {
      loadIndex();
    }
    return Objects.requireNonNull(zoneMaps)[block];
  }

  /** Reads a block; the column is used again by the next call. */
  Column read(int block) throws IOException {
    Column target = values();
    valuesOf = NO_BLOCK;
    boolean before = (known[block >>> 6] & 1L << block) != 0;
    decoder.decodeLazily(blockBytes(block), SegmentReader.rowsIn(block, rowCount), before, target);
    if (isEncoded(target)) {
      known[block >>> 6] |= 1L << block;
    }
    valuesOf = block;
    holdValues(target);
    return target;
  }

  private void holdValues(Column column) {
    long bytes = column.heldBytes();
    if (bytes > valuesBytes) {
      file.hold(bytes - valuesBytes);
      valuesBytes = bytes;
    }
  }

  private static boolean isEncoded(Column column) {
    return column instanceof DictionaryColumn codes
        ? codes.encoded() != null
        : column instanceof LongColumn values && values.encoded() != null;
  }

  /** Reads a block, unless it is the one that was read last, and gives the column away. */
  Column readToKeep(int block) throws IOException {
    Column kept = valuesOf == block ? values() : read(block);
    kept.detach();
    values = kept.newEmpty();
    valuesOf = NO_BLOCK;
    return kept;
  }

  /** Reads some rows of a block; the values of the others mean nothing. */
  Column read(int block, int from, int to) throws IOException {
    Column target = values();
    valuesOf = NO_BLOCK;
    decoder.decode(blockBytes(block), SegmentReader.rowsIn(block, rowCount), from, to, target);
    holdValues(target);
    return target;
  }

  /** Appends the value of one row to a column of values. */
  void readRow(int block, int row, Column into) throws IOException {
    BinaryColumn dictionary = isCoded() ? ((DictionaryColumn) values()).dictionary() : null;
    valuesOf = NO_BLOCK; // the bytes that they may have yet to be decoded from
    decoder.decodeRow(
        blockBytes(block), SegmentReader.rowsIn(block, rowCount), row, dictionary, into);
  }

  /** Sets one bit for each row of a block of text or bytes: whether it has a value. */
  void find(int block, byte[] value, long[] bits) throws IOException {
    if (isCoded()) {
      DictionaryColumn codes = (DictionaryColumn) read(block);
      int wanted = SortedValues.find(codes.dictionary(), value);
      java.util.Arrays.fill(bits, 0);
      for (int row = 0; row < codes.size(); row++) {
        bits[row >>> 6] |= (codes.code(row) == wanted && !codes.isNull(row) ? 1L : 0L) << row;
      }
      return;
    }
    int rows = SegmentReader.rowsIn(block, rowCount);
    valuesOf = NO_BLOCK;
    decoder.find(blockBytes(block), rows, value, (BinaryColumn) values(), bits);
    holdValues(values());
  }

  private BytesReader blockBytes(int block) throws IOException {
    long[] starts = offsets();
    if (block < windowFrom || block >= windowTo) {
      fillWindow(starts, block);
    }
    int start = (int) (starts[block] - starts[windowFrom]);
    int length = (int) (starts[block + 1] - starts[block]);
    if ((checked[block >>> 6] & 1L << block) != 0) {
      return file.unchecked(window, start, length, starts[block]);
    }
    BytesReader in = file.checked(window, start, length, starts[block]);
    checked[block >>> 6] |= 1L << block;
    return in;
  }

  private void fillWindow(long[] starts, int block) throws IOException {
    int to = block + 1;
    if (block == windowTo) { // in order, or the first
      while (to < blockCount && starts[to + 1] - starts[block] <= readAheadBytes) {
        to++;
      }
    }
    int length = Math.toIntExact(starts[to] - starts[block]);
    if (window.length < length) {
      file.hold(length - window.length);
      window = new byte[length];
    }
    windowTo = windowFrom; // nothing, until the read has passed
    file.read(starts[block], window, length);
    windowFrom = block;
    windowTo = to;
  }

  private long[] offsets() throws IOException {
    if (offsets == null) {
      loadIndex();
    }
    return Objects.requireNonNull(offsets);
  }

  private void loadIndex() throws IOException {
    BytesReader in = file.readChecked(entry.index());
    if (in.remaining() < (long) blockCount * 9) {
      throw in.corrupt(blockCount + " blocks", in.remaining() + " bytes");
    }
    long[] starts = new long[blockCount + 1];
    ZoneMap[] maps = new ZoneMap[blockCount];
    starts[0] = entry.chunk().offset();
    long end = starts[0] + entry.chunk().length();
    for (int block = 0; block < blockCount; block++) {
      int length = in.readInt();
      if (length < SegmentFormat.CHECKSUM_BYTES || length > end - starts[block]) {
        throw in.corrupt("a block before byte " + end, length + " bytes at " + starts[block]);
      }
      starts[block + 1] = starts[block] + length;
      maps[block] =
          ZoneMapSerializer.read(in, entry.storage(), SegmentReader.rowsIn(block, rowCount));
    }
    in.expectEnd();
    if (starts[blockCount] != end) {
      throw in.corrupt("blocks up to byte " + end, "up to " + starts[blockCount]);
    }
    offsets = starts;
    zoneMaps = maps;
    long each = ZONE_MAP_BYTES + (entry.storage() == Storage.BINARY ? 2L * BOUND_BYTES : 0);
    file.hold(blockCount * (Long.BYTES + each));
  }

  private Column values() throws IOException {
    if (values == null) {
      values =
          isCoded()
              ? DictionaryColumn.ofSorted((BinaryColumn) readDistinct())
              : Column.create(entry.storage());
    }
    return values;
  }

  /** Returns whether blocks hold codes: text with a dictionary. */
  private boolean isCoded() {
    return entry.dictionarySize() > 0 && entry.storage() == Storage.BINARY;
  }

  /** Returns the distinct values in order, null if they were not written down. */
  @Nullable Column distinct() throws IOException {
    if (entry.dictionarySize() == 0) {
      return null;
    }
    if (isCoded()) {
      return ((DictionaryColumn) values()).dictionary();
    }
    if (distinct == null) {
      distinct = readDistinct();
    }
    return distinct;
  }

  private Column readDistinct() throws IOException {
    BytesReader in = file.readChecked(entry.part(Part.DICTIONARY));
    Column all = Column.create(entry.storage());
    Column block = Column.create(entry.storage());
    for (int left = entry.dictionarySize(); left > 0; left -= BlockSource.MAX_BLOCK_ROWS) {
      int count = Math.min(left, BlockSource.MAX_BLOCK_ROWS);
      int length = in.readCount(in.remaining());
      long offset = in.offset();
      int start = in.advance(length);
      decoder.decode(new BytesReader(file.name(), offset, in.array(), start, length), count, block);
      for (int i = 0; i < count; i++) {
        all.appendFrom(block, i);
      }
    }
    in.expectEnd();
    if (all.nulls().nullCount() > 0) {
      throw in.corrupt("a dictionary without nulls", all.nulls().nullCount() + " nulls");
    }
    if (!SortedValues.isSorted(all)) {
      throw in.corrupt("distinct values in order", "others");
    }
    file.hold(all.heldBytes());
    return all;
  }

  /** Returns one bit for each block: whether a value is in it; null if there are no lists. */
  long @Nullable [] blocksOf(int code) throws IOException {
    return entry.has(Part.LISTS) ? lists().blocksOf(code) : null;
  }

  private BlockLists lists() throws IOException {
    if (lists == null) {
      BytesReader in = file.readChecked(entry.part(Part.LISTS));
      lists = BlockLists.read(in, entry.dictionarySize(), blockCount);
      file.hold(lists.heldBytes());
    }
    return lists;
  }

  /** Returns the number of rows of each value; null if they were not counted. */
  int @Nullable [] counts() throws IOException {
    if (!entry.has(Part.COUNTS)) {
      return null;
    }
    if (counts == null) {
      BytesReader in = file.readChecked(entry.part(Part.COUNTS));
      if (in.remaining() != entry.dictionarySize() * (long) Integer.BYTES) {
        throw in.corrupt(entry.dictionarySize() + " counts", in.remaining() + " bytes");
      }
      int[] read = new int[entry.dictionarySize()];
      long rows = 0;
      for (int code = 0; code < read.length; code++) {
        read[code] = in.readCount(Integer.MAX_VALUE);
        rows += read[code];
      }
      long present = rowCount - entry.zoneMap().nulls();
      if (rows != present) {
        throw in.corrupt("counts of " + present + " values", "of " + rows);
      }
      counts = read;
      file.hold(read.length * (long) Integer.BYTES);
    }
    return counts;
  }

  /** Returns one bit for each block that may hold a value; null if all may. */
  long @Nullable [] blocksThatMayHold(byte[] value) throws IOException {
    long[] nowhere = new long[(blockCount + 63) >>> 6];
    long hash = ValueHash.of(value);
    if (isNowhere(hash)) {
      return nowhere;
    }
    if (distinctHelps()) {
      int code = SortedValues.find((BinaryColumn) Objects.requireNonNull(distinct()), value);
      return code < 0 ? nowhere : blocksOf(code);
    }
    return blocksByHash(hash, nowhere);
  }

  /** Returns one bit for each block that may hold a value; null if all may. */
  long @Nullable [] blocksThatMayHold(long value) throws IOException {
    long[] nowhere = new long[(blockCount + 63) >>> 6];
    long hash = ValueHash.of(value);
    if (isNowhere(hash)) {
      return nowhere;
    }
    if (distinctHelps()) {
      int code = SortedValues.find((LongColumn) Objects.requireNonNull(distinct()), value);
      return code < 0 ? nowhere : blocksOf(code);
    }
    return blocksByHash(hash, nowhere);
  }

  private boolean isNowhere(long hash) throws IOException {
    BloomFilter filter = bloom();
    return filter != null && !filter.mayContain(hash);
  }

  /** Returns the filter of the values, null if there is none. */
  @Nullable BloomFilter bloom() throws IOException {
    if (bloom == null && entry.has(Part.BLOOM)) {
      bloom = BloomFilter.read(file.readChecked(entry.part(Part.BLOOM)));
      file.hold(bloom.heldBytes());
    }
    return bloom;
  }

  /** Takes a filter that is held by others too, so that it isn't counted here. */
  void useBloom(BloomFilter filter) {
    bloom = filter;
  }

  /** Returns whether the dictionary is the best way to find a value. */
  private boolean distinctHelps() {
    return entry.dictionarySize() > 0 && !entry.has(Part.VALUE_INDEX);
  }

  private long @Nullable [] blocksByHash(long hash, long[] bits) throws IOException {
    if (!entry.has(Part.VALUE_INDEX)) {
      return null;
    }
    valueIndex().addBlocks(hash, bits);
    return bits;
  }

  private ValueIndex valueIndex() throws IOException {
    if (valueIndex == null) {
      valueIndex = ValueIndex.open(file, entry.part(Part.VALUE_INDEX), blockCount);
      file.hold(valueIndex.heldBytes());
    }
    return valueIndex;
  }

  /** Reads how many of the blocks are encoded in each way. */
  Map<String, Integer> encodings() throws IOException {
    Map<String, Integer> counts = new TreeMap<>();
    long[] starts = offsets();
    for (int block = 0; block < blockCount; block++) {
      int length = (int) (starts[block + 1] - starts[block]);
      BytesReader in = file.checked(file.read(starts[block], length), 0, length, starts[block]);
      counts.merge(BlockDecoder.encodings(in), 1, Integer::sum);
    }
    return counts;
  }

  /** Compares all checksums, and decodes no more than it takes to find them. */
  void verifyChecksums() throws IOException {
    long[] starts = offsets();
    byte[] bytes = new byte[VERIFY_BYTES];
    int from = 0;
    while (from < blockCount) {
      int to = from + 1;
      while (to < blockCount && starts[to + 1] - starts[from] <= VERIFY_BYTES) {
        to++;
      }
      int length = Math.toIntExact(starts[to] - starts[from]);
      if (bytes.length < length) {
        bytes = new byte[length];
      }
      file.read(starts[from], bytes, length);
      for (int block = from; block < to; block++) {
        int start = (int) (starts[block] - starts[from]);
        file.checked(bytes, start, (int) (starts[block + 1] - starts[block]), starts[block]);
      }
      from = to;
    }
    for (Part part : entry.parts().keySet()) {
      if (part == Part.VALUE_INDEX) {
        valueIndex().verify();
      } else {
        file.readChecked(entry.part(part));
      }
    }
  }

  /** Reads all there is and checks it, even what was checked before. */
  void verify() throws IOException {
    java.util.Arrays.fill(checked, 0);
    java.util.Arrays.fill(known, 0);
    windowTo = windowFrom;
    for (int block = 0; block < blockCount; block++) {
      read(block);
    }
    distinct();
    counts();
    isNowhere(0);
    if (entry.has(Part.LISTS)) {
      lists();
    }
    if (entry.has(Part.VALUE_INDEX)) {
      valueIndex().verify();
    }
  }
}
