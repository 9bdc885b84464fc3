package io.varve.encoding;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.column.DictionaryColumn;
import io.varve.io.ByteRanges;
import io.varve.io.BytesWriter;
import java.util.Arrays;

/** Writes up to 1,024 values of bytes in the smallest of their encodings. Confined. */
final class BinaryEncoder {

  /** Compression must save as much as one part in this many, as it costs more to decode. */
  private static final int ZSTD_GAIN = 8;

  /** Less is not worth compressing. */
  private static final int MIN_ZSTD_BYTES = 128;

  /** A dictionary of a block holds at most this many values. */
  private static final int MAX_LOCAL_VALUES = 256;

  /** So many values are surely less to write as a dictionary than as anything else. */
  private static final int FEW_LOCAL_VALUES = 32;

  /** Fewer rows, or bytes, are not worth taking apart. */
  private static final int MIN_TEMPLATE_ROWS = 64;

  private static final int MIN_TEMPLATE_BYTES = 512;

  /** A template of at most one part in this many of all bytes needs no comparison. */
  private static final int TEMPLATE_SURELY = 5;

  /** Else it must save one part in this many. */
  private static final int TEMPLATE_GAIN = 8;

  private final BlockOptions options;
  private final boolean light;
  private final LongEncoder longs;
  private final long[] lengths = new long[BlockSource.MAX_BLOCK_ROWS];
  private byte[] compressed = new byte[0];
  private final BytesWriter pages = new BytesWriter(0);
  private final DictionaryBuilder local = new DictionaryBuilder();
  private final long[] indexes = new long[BlockSource.MAX_BLOCK_ROWS];
  private final int[] localCodes = new int[MAX_LOCAL_VALUES];
  private final BinaryColumn expanded = new BinaryColumn();
  private int[] localOf = new int[0]; // by code: when it first came, counted through all blocks
  private int order;
  private final DigitsCodec digits = new DigitsCodec();
  private final TemplateEncoder templates = new TemplateEncoder();
  private final BytesWriter apart = new BytesWriter(0);
  private final BytesWriter whole = new BytesWriter(0);

  BinaryEncoder(BlockOptions options, LongEncoder longs, boolean light) {
    this.options = options;
    this.light = light;
    this.longs = longs;
  }

  /** Appends the values of some rows, nulls as no bytes, and returns the encoding. */
  Encoding encode(BinaryColumn values, int from, int count, BytesWriter out) {
    if (isConstant(values, from, count)) {
      return encodeConstant(values, from, out);
    }
    if (options.takesApart()) {
      if (digits.tryEncode(values, from, count, longs, out)) {
        return Encoding.DIGITS;
      }
      if (tryTemplate(values, from, count, out)) {
        return Encoding.TEMPLATE;
      }
    } else if (tryLocalDictionary(values, from, count, MAX_LOCAL_VALUES, out)) {
      return Encoding.LOCAL_DICTIONARY; // a sealed column has a dictionary of its own if it repeats
    }
    return encodePlain(values, from, count, out);
  }

  /** Appends values that are codes of a dictionary which is not written. */
  Encoding encodeCoded(DictionaryColumn values, int from, int count, BytesWriter out) {
    int[] codes = values.codes();
    BinaryColumn dictionary = values.dictionary();
    if (localOf.length < dictionary.size()) {
      localOf = new int[Math.max(dictionary.size(), 2 * localOf.length)];
      order = 0;
    }
    if (order > Integer.MAX_VALUE - 2 * MAX_LOCAL_VALUES) {
      Arrays.fill(localOf, 0);
      order = 0;
    }
    int base = order; // what is at most this is of another block
    int limit = Math.min(MAX_LOCAL_VALUES, Math.max(1, count / 2));
    boolean nulls = values.nulls().nullCount() > 0;
    for (int i = 0; i < count; i++) {
      if (nulls && values.isNull(from + i)) {
        lengths[i] = 0;
        continue;
      }
      int code = codes[from + i];
      int local = localOf[code];
      if (local <= base) {
        if (order - base == limit) {
          order = base + limit;
          return encodeExpanded(values, from, count, out);
        }
        local = ++order;
        localOf[code] = local;
        localCodes[local - base - 1] = code;
      }
      lengths[i] = local - base - 1L;
    }
    int size = order - base;
    if (size == 1 && !nulls) {
      return encodeConstant(dictionary, localCodes[0], out);
    }
    return encodeLocal(dictionary, size, count, out);
  }

  private Encoding encodeExpanded(DictionaryColumn values, int from, int count, BytesWriter out) {
    expanded.clear();
    values.appendTo(expanded, from, count);
    return encodePlain(expanded, 0, count, out);
  }

  /** Writes the values that {@link #localCodes} names and, of each row, the index in them. */
  private Encoding encodeLocal(BinaryColumn dictionary, int size, int count, BytesWriter out) {
    System.arraycopy(lengths, 0, indexes, 0, count);
    for (int i = 0; i < size; i++) {
      lengths[i] = dictionary.length(localCodes[i]);
    }
    out.writeShort(size);
    longs.encodeLightNumbered(lengths, size, out);
    for (int i = 0; i < size; i++) {
      int code = localCodes[i];
      out.writeBytes(dictionary.bytes(), dictionary.start(code), dictionary.length(code));
    }
    longs.encodeLightNumbered(indexes, count, out);
    return Encoding.LOCAL_DICTIONARY;
  }

  /**
   * Appends the number of an encoding and all values of a column without nulls: a part of texts.
   */
  void encodePart(BinaryColumn values, BytesWriter out) {
    int numberAt = out.size();
    out.writeByte(0);
    out.setByte(numberAt, encodePart(values, values.size(), out).number());
  }

  private Encoding encodePart(BinaryColumn values, int count, BytesWriter out) {
    if (isConstant(values, 0, count)) {
      return encodeConstant(values, 0, out);
    }
    if (tryLocalDictionary(values, 0, count, FEW_LOCAL_VALUES, out)) {
      return Encoding.LOCAL_DICTIONARY;
    }
    if (digits.tryEncode(values, 0, count, longs, out)) {
      return Encoding.DIGITS;
    }
    if (tryLocalDictionary(values, 0, count, MAX_LOCAL_VALUES, out)) {
      return Encoding.LOCAL_DICTIONARY;
    }
    return encodePlain(values, 0, count, out);
  }

  private static Encoding encodeConstant(BinaryColumn values, int row, BytesWriter out) {
    int length = values.length(row);
    out.writeInt(length).writeBytes(values.bytes(), values.start(row), length);
    return Encoding.CONSTANT;
  }

  private Encoding encodePlain(BinaryColumn values, int from, int count, BytesWriter out) {
    int start = values.start(from);
    int total = values.end(from + count - 1) - start;
    for (int i = 0; i < count; i++) {
      lengths[i] = values.length(from + i);
    }
    if (light) {
      longs.encodeLightNumbered(lengths, count, out);
    } else {
      longs.encodeNumbered(lengths, count, out);
    }
    if (options.zstdLevel() > 0 && total >= MIN_ZSTD_BYTES && tryZstd(values, from, count, out)) {
      return Encoding.ZSTD_BINARY;
    }
    out.writeBytes(values.bytes(), start, total);
    return Encoding.RAW_BINARY;
  }

  private boolean tryTemplate(BinaryColumn values, int from, int count, BytesWriter out) {
    int total = values.end(from + count - 1) - values.start(from);
    if (count < MIN_TEMPLATE_ROWS || total < MIN_TEMPLATE_BYTES) {
      return false;
    }
    apart.clear();
    if (!templates.tryEncode(values, from, count, this, apart)) {
      return false;
    }
    boolean small = apart.size() <= total / TEMPLATE_SURELY;
    if (!small) {
      whole.clear();
      encodePlain(values, from, count, whole);
      small = apart.size() < whole.size() - whole.size() / TEMPLATE_GAIN;
    }
    if (small) {
      out.writeBytes(apart.array(), 0, apart.size());
    }
    return small;
  }

  private static boolean isConstant(BinaryColumn values, int from, int count) {
    byte[] bytes = values.bytes();
    int start = values.start(from);
    int length = values.length(from);
    for (int i = from + 1; i < from + count; i++) {
      if (values.length(i) != length
          || !ByteRanges.equal(bytes, start, bytes, values.start(i), length)) {
        return false;
      }
    }
    return true;
  }

  private boolean tryLocalDictionary(
      BinaryColumn values, int from, int count, int maxValues, BytesWriter out) {
    int limit = Math.min(maxValues, count / 2);
    if (!local.tryAddAll(values, from, count, limit)) {
      return false;
    }
    BinaryColumn distinct = local.distinct();
    for (int i = 0; i < distinct.size(); i++) {
      lengths[i] = distinct.length(i);
    }
    out.writeShort(distinct.size());
    longs.encodeNumbered(lengths, distinct.size(), out);
    out.writeBytes(distinct.bytes(), 0, distinct.byteCount());
    for (int i = 0; i < count; i++) {
      lengths[i] = local.code(i);
    }
    longs.encodeNumbered(lengths, count, out);
    return true;
  }

  private boolean tryZstd(BinaryColumn values, int from, int count, BytesWriter out) {
    pages.clear();
    int pageCount = 0;
    int row = from;
    while (row < from + count) {
      int pageStart = values.start(row);
      int end = row;
      while (end < from + count && values.start(end) - pageStart < options.pageBytes()) {
        end++;
      }
      int length = values.end(end - 1) - pageStart;
      int compressedLength = compress(values.bytes(), pageStart, length);
      pages.writeShort(end - row).writeInt(compressedLength);
      pages.writeBytes(compressed, 0, compressedLength);
      pageCount++;
      row = end;
    }
    int total = values.end(from + count - 1) - values.start(from);
    if (pages.size() + 2 > total - total / ZSTD_GAIN) {
      return false;
    }
    out.writeShort(pageCount).writeBytes(pages.array(), 0, pages.size());
    return true;
  }

  private int compress(byte[] source, int from, int length) {
    int bound = Math.toIntExact(Zstd.compressBound(length));
    if (compressed.length < bound) {
      compressed = new byte[bound];
    }
    try {
      return (int)
          Zstd.compressByteArray(compressed, 0, bound, source, from, length, options.zstdLevel());
    } catch (ZstdException failed) {
      throw new IllegalStateException(
          "zstd can't compress " + length + " bytes at level " + options.zstdLevel(), failed);
    }
  }
}
