package io.varve.encoding;

import com.github.luben.zstd.Zstd;
import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.io.BytesReader;
import io.varve.io.CorruptFileException;

/** Reads what {@link BinaryEncoder} wrote. Confined. */
final class BinaryDecoder {

  /** The most bytes of a block after decompression: what an array can hold, less its head. */
  private static final long MAX_BYTES = Integer.MAX_VALUE - 64;

  private final LongDecoder longs;
  private final long[] lengths = new long[BlockSource.MAX_BLOCK_ROWS];
  private final int[] codes = new int[BlockSource.MAX_BLOCK_ROWS];
  private final BinaryColumn local = new BinaryColumn();

  BinaryDecoder(LongDecoder longs) {
    this.longs = longs;
  }

  /** Reads values into an empty column. */
  void decode(Encoding encoding, BytesReader in, int count, BinaryColumn into)
      throws CorruptFileException {
    switch (encoding) {
      case CONSTANT -> decodeConstant(in, count, into);
      case RAW_BINARY -> decodeRaw(in, count, into);
      case ZSTD_BINARY -> decodePages(in, count, into);
      case LOCAL_DICTIONARY -> decodeLocal(in, count, into);
      default -> throw in.corrupt("an encoding of bytes", encoding.toString());
    }
  }

  private static void decodeConstant(BytesReader in, int count, BinaryColumn into)
      throws CorruptFileException {
    int length = in.readCount(Math.max(0, in.remaining() - 4));
    int from = in.advance(length);
    if ((long) length * count > MAX_BYTES) {
      throw in.corrupt("a block of at most " + MAX_BYTES + " bytes", count + " times " + length);
    }
    for (int i = 0; i < count; i++) {
      into.append(in.array(), from, length);
    }
  }

  private void decodeRaw(BytesReader in, int count, BinaryColumn into) throws CorruptFileException {
    int total = readLengths(in, count, in.remaining());
    int from = in.advance(total);
    fillEnds(into.appendUninitialized(count, total), count);
    System.arraycopy(in.array(), from, into.bytes(), 0, total);
  }

  private void decodePages(BytesReader in, int count, BinaryColumn into)
      throws CorruptFileException {
    int total = readLengths(in, count, MAX_BYTES);
    int pageCount = in.readShort();
    int[] ends = into.appendUninitialized(count, total);
    fillEnds(ends, count);
    int row = 0;
    int start = 0;
    for (int page = 0; page < pageCount; page++) {
      int rows = in.readShort();
      if (rows < 1 || rows > count - row) {
        throw in.corrupt("a page of 1 to " + (count - row) + " rows", String.valueOf(rows));
      }
      row += rows;
      int length = in.readCount(Math.max(0, in.remaining() - 4));
      inflate(in, length, into.bytes(), start, ends[row - 1]);
      start = ends[row - 1];
    }
    if (row != count) {
      throw in.corrupt("pages of " + count + " rows", String.valueOf(row));
    }
  }

  private static void inflate(BytesReader in, int length, byte[] into, int start, int end)
      throws CorruptFileException {
    int from = in.advance(length);
    long result = Zstd.decompressByteArray(into, start, end - start, in.array(), from, length);
    if (Zstd.isError(result) || result != end - start) {
      String found =
          Zstd.isError(result) ? "zstd says: " + Zstd.getErrorName(result) : result + " bytes";
      throw in.corrupt("a page of " + (end - start) + " bytes", found);
    }
  }

  private void decodeLocal(BytesReader in, int count, BinaryColumn into)
      throws CorruptFileException {
    int size = in.readShort();
    if (size < 1 || size > count) {
      throw in.corrupt("1 to " + count + " distinct values", String.valueOf(size));
    }
    local.clear();
    decodeRaw(in, size, local);
    longs.decodeIndexes(in, count, size, codes);
    for (int i = 0; i < count; i++) {
      into.append(local.bytes(), local.start(codes[i]), local.length(codes[i]));
    }
  }

  /** Reads the lengths of values and returns their sum, which must not exceed a limit. */
  private int readLengths(BytesReader in, int count, long limit) throws CorruptFileException {
    longs.decodeNumbered(in, count, lengths);
    long total = 0;
    for (int i = 0; i < count; i++) {
      if (lengths[i] < 0 || lengths[i] > limit - total) {
        throw in.corrupt("values of at most " + limit + " bytes", "a length of " + lengths[i]);
      }
      total += lengths[i];
    }
    return (int) total;
  }

  private void fillEnds(int[] ends, int count) {
    int end = 0;
    for (int i = 0; i < count; i++) {
      end += (int) lengths[i];
      ends[i] = end;
    }
  }
}
