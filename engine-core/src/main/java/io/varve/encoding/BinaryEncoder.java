package io.varve.encoding;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
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

  private final BlockOptions options;
  private final LongEncoder longs;
  private final long[] lengths = new long[BlockSource.MAX_BLOCK_ROWS];
  private byte[] compressed = new byte[0];
  private final BytesWriter pages = new BytesWriter(0);
  private final DictionaryBuilder local = new DictionaryBuilder();

  BinaryEncoder(BlockOptions options, LongEncoder longs) {
    this.options = options;
    this.longs = longs;
  }

  /** Appends the values of some rows, nulls as no bytes, and returns the encoding. */
  Encoding encode(BinaryColumn values, int from, int count, BytesWriter out) {
    int start = values.start(from);
    int total = values.end(from + count - 1) - start;
    if (isConstant(values, from, count)) {
      out.writeInt(values.length(from)).writeBytes(values.bytes(), start, values.length(from));
      return Encoding.CONSTANT;
    }
    if (tryLocalDictionary(values, from, count, out)) {
      return Encoding.LOCAL_DICTIONARY;
    }
    for (int i = 0; i < count; i++) {
      lengths[i] = values.length(from + i);
    }
    longs.encodeNumbered(lengths, count, out);
    if (options.zstdLevel() > 0 && total >= MIN_ZSTD_BYTES && tryZstd(values, from, count, out)) {
      return Encoding.ZSTD_BINARY;
    }
    out.writeBytes(values.bytes(), start, total);
    return Encoding.RAW_BINARY;
  }

  private static boolean isConstant(BinaryColumn values, int from, int count) {
    byte[] bytes = values.bytes();
    int start = values.start(from);
    int end = values.end(from);
    for (int i = from + 1; i < from + count; i++) {
      if (!Arrays.equals(bytes, start, end, bytes, values.start(i), values.end(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean tryLocalDictionary(BinaryColumn values, int from, int count, BytesWriter out) {
    if (options.zstdLevel() > 0) {
      return false; // a sealed column has a dictionary of its own, or values that rarely repeat
    }
    int limit = Math.min(MAX_LOCAL_VALUES, count / 2);
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
