package io.varve.encoding;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.io.BytesReader;
import io.varve.io.CorruptFileException;

/** Reads what {@link BinaryEncoder} wrote. Confined. */
final class BinaryDecoder {

  /** The most bytes of a block after decompression: what an array can hold, less its head. */
  private static final long MAX_BYTES = Integer.MAX_VALUE - 64;

  /** A byte of a zstd frame becomes at most as many: four of them repeat one value 128 KiB long. */
  private static final long MAX_ZSTD_RATIO = (128 << 10) / 4;

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
    int total = readLengths(in, count, Math.min(MAX_BYTES, in.remaining() * MAX_ZSTD_RATIO));
    int pageCount = in.readShort();
    checkPages(in, count, pageCount); // nothing is allocated for bytes that no page has
    fillEnds(into.appendUninitialized(count, total), count);
    int row = 0;
    for (int page = 0; page < pageCount; page++) {
      int start = into.start(row);
      row += in.readShort();
      int length = in.readInt();
      inflate(in, length, into.bytes(), start, into.end(row - 1));
    }
  }

  /** Checks what pages say of themselves and that each has as many bytes as its rows. */
  private void checkPages(BytesReader pages, int count, int pageCount) throws CorruptFileException {
    BytesReader in =
        new BytesReader(
            pages.file(), pages.offset(), pages.array(), pages.position(), pages.remaining());
    int row = 0;
    for (int page = 0; page < pageCount; page++) {
      int rows = in.readShort();
      if (rows < 1 || rows > count - row) {
        throw in.corrupt("a page of 1 to " + (count - row) + " rows", String.valueOf(rows));
      }
      int length = in.readCount(Math.max(0, in.remaining() - 4));
      long expected = 0;
      for (int end = row + rows; row < end; row++) {
        expected += lengths[row];
      }
      long found = Zstd.getFrameContentSize(in.array(), in.position(), length);
      if (found != expected || expected > length * MAX_ZSTD_RATIO) {
        throw in.corrupt(
            "a page of " + expected + " bytes", found < 0 ? "no zstd frame" : found + " bytes");
      }
      in.advance(length);
    }
    if (row != count) {
      throw in.corrupt("pages of " + count + " rows", String.valueOf(row));
    }
  }

  private static void inflate(BytesReader in, int length, byte[] into, int start, int end)
      throws CorruptFileException {
    int from = in.advance(length);
    long result;
    try {
      result = Zstd.decompressByteArray(into, start, end - start, in.array(), from, length);
    } catch (ZstdException damaged) {
      throw in.corrupt(
          "a page of " + (end - start) + " bytes", "zstd says: " + damaged.getMessage());
    }
    if (result != end - start) {
      throw in.corrupt("a page of " + (end - start) + " bytes", result + " bytes");
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
    long total = 0;
    for (int i = 0; i < count; i++) {
      lengths[i] = local.length(codes[i]);
      total += lengths[i];
    }
    if (total > MAX_BYTES) {
      throw in.corrupt("a block of at most " + MAX_BYTES + " bytes", total + " bytes");
    }
    fillEnds(into.appendUninitialized(count, (int) total), count);
    for (int i = 0; i < count; i++) {
      int start = local.start(codes[i]);
      System.arraycopy(local.bytes(), start, into.bytes(), into.start(i), (int) lengths[i]);
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
