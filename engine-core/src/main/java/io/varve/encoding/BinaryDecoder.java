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
  static final long MAX_BYTES = Integer.MAX_VALUE - 64;

  /** A byte of a zstd frame becomes at most as many: four of them repeat one value 128 KiB long. */
  private static final long MAX_ZSTD_RATIO = (128 << 10) / 4;

  private final LongDecoder longs;
  private final long[] lengths = new long[BlockSource.MAX_BLOCK_ROWS];
  private final int[] codes = new int[BlockSource.MAX_BLOCK_ROWS];
  private final BinaryColumn local = new BinaryColumn();
  private final DigitsCodec digits = new DigitsCodec();
  private final TemplateDecoder templates = new TemplateDecoder();
  private final RowsWanted all = new RowsWanted();
  private byte[] page = new byte[0];

  BinaryDecoder(LongDecoder longs) {
    this.longs = longs;
  }

  /** Returns the bytes of heap that buffers take, which grow with the values. */
  long heldBytes() {
    return page.length + local.heldBytes() + templates.heldBytes();
  }

  /**
   * Reads values into an empty column.
   *
   * @param present the rows that are not null
   * @param wanted those of them that are to be decoded; all other rows get no bytes
   */
  void decode(
      Encoding encoding,
      BytesReader in,
      int count,
      RowsWanted present,
      RowsWanted wanted,
      BinaryColumn into)
      throws CorruptFileException {
    if (encoding == Encoding.TEMPLATE) {
      templates.decode(in, count, present, wanted, this, into);
    } else {
      decodeSimple(encoding, in, count, wanted, into);
    }
  }

  /** Reads the number of an encoding and a part of texts, whose rows are all there. */
  void decodePart(BytesReader in, int count, RowsWanted wanted, BinaryColumn into)
      throws CorruptFileException {
    into.clear();
    int number = in.readByte();
    if (!Encoding.isKnown(number)) {
      throw in.corrupt("an encoding of bytes", "number " + number);
    }
    decodeSimple(Encoding.ofNumber(number), in, count, wanted, into);
  }

  private void decodeSimple(
      Encoding encoding, BytesReader in, int count, RowsWanted wanted, BinaryColumn into)
      throws CorruptFileException {
    switch (encoding) {
      case CONSTANT -> decodeConstant(in, count, wanted, into);
      case RAW_BINARY -> decodeRaw(in, count, wanted, into);
      case ZSTD_BINARY -> decodePages(in, count, wanted, into);
      case LOCAL_DICTIONARY -> decodeLocal(in, count, wanted, into);
      case DIGITS -> digits.decode(in, count, wanted, longs, into);
      default -> throw in.corrupt("an encoding of bytes", encoding.toString());
    }
  }

  /** Sets the bits of the rows that have a value if that is easy; false if nothing was read. */
  boolean tryFind(Encoding encoding, BytesReader in, int count, byte[] value, long[] bits)
      throws CorruptFileException {
    if (encoding != Encoding.DIGITS) {
      return false;
    }
    digits.find(in, count, value, longs, bits);
    return true;
  }

  private static void decodeConstant(
      BytesReader in, int count, RowsWanted wanted, BinaryColumn into) throws CorruptFileException {
    int length = in.readCount(Math.max(0, in.remaining() - 4));
    int from = in.advance(length);
    if ((long) length * count > MAX_BYTES) {
      throw in.corrupt("a block of at most " + MAX_BYTES + " bytes", count + " times " + length);
    }
    for (int i = 0; i < count; i++) {
      into.append(in.array(), from, wanted.contains(i) ? length : 0);
    }
  }

  private void decodeRaw(BytesReader in, int count, RowsWanted wanted, BinaryColumn into)
      throws CorruptFileException {
    int total = readLengths(in, count, in.remaining());
    int from = in.advance(total);
    if (wanted.count() == count) {
      fillEnds(into.appendUninitialized(count, total), count);
      System.arraycopy(in.array(), from, into.bytes(), 0, total);
      return;
    }
    for (int i = 0; i < count; i++) {
      into.append(in.array(), from, wanted.contains(i) ? (int) lengths[i] : 0);
      from += (int) lengths[i];
    }
  }

  private void decodePages(BytesReader in, int count, RowsWanted wanted, BinaryColumn into)
      throws CorruptFileException {
    int total = readLengths(in, count, maxInflated(in.remaining()));
    int pageCount = in.readShort();
    checkPages(in, count, pageCount); // nothing is allocated for bytes that no page has
    if (wanted.count() == count) {
      fillEnds(into.appendUninitialized(count, total), count);
    }
    int row = 0;
    for (int page = 0; page < pageCount; page++) {
      int end = row + in.readShort();
      int length = in.readInt();
      if (wanted.count() == count) {
        inflate(in, length, into.bytes(), into.start(row), into.end(end - 1));
      } else {
        inflateWanted(in, length, row, end, wanted, into);
      }
      row = end;
    }
  }

  /** Reads a page only if a row of it is wanted. */
  private void inflateWanted(
      BytesReader in, int length, int row, int end, RowsWanted wanted, BinaryColumn into)
      throws CorruptFileException {
    int next = wanted.next(row);
    boolean any = next >= 0 && next < end;
    if (any) {
      long bytes = 0;
      for (int i = row; i < end; i++) {
        bytes += lengths[i];
      }
      if (page.length < bytes) {
        page = new byte[(int) bytes];
      }
      inflate(in, length, page, 0, (int) bytes);
    } else {
      in.advance(length);
    }
    int at = 0;
    for (int i = row; i < end; i++) {
      into.append(page, any ? at : 0, any && wanted.contains(i) ? (int) lengths[i] : 0);
      at += (int) lengths[i];
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
      long found = contentSize(in.array(), in.position(), length);
      if (found != expected || expected > maxInflated(length)) {
        throw in.corrupt(
            "a page of " + expected + " bytes", found < 0 ? "no zstd frame" : found + " bytes");
      }
      in.advance(length);
    }
    if (row != count) {
      throw in.corrupt("pages of " + count + " rows", String.valueOf(row));
    }
  }

  /** Returns how many bytes some compressed ones may become at most. */
  static long maxInflated(int length) {
    return Math.min(MAX_BYTES, length * MAX_ZSTD_RATIO);
  }

  /** Returns how many bytes a frame says that it holds, below zero if it is none. */
  static long contentSize(byte[] bytes, int start, int length) {
    try {
      return Zstd.getFrameContentSize(bytes, start, length);
    } catch (ZstdException noFrame) { // some releases of the library throw, others return
      return -1;
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

  private void decodeLocal(BytesReader in, int count, RowsWanted wanted, BinaryColumn into)
      throws CorruptFileException {
    int size = in.readShort();
    if (size < 1 || size > count) {
      throw in.corrupt("1 to " + count + " distinct values", String.valueOf(size));
    }
    local.clear();
    all.set(0, size);
    decodeRaw(in, size, all, local);
    longs.decodeIndexes(in, count, size, codes);
    long total = 0;
    for (int i = 0; i < count; i++) {
      lengths[i] = wanted.contains(i) ? local.length(codes[i]) : 0;
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
    return checkedTotal(in, lengths, count, limit);
  }

  /** Returns the sum of lengths, none of which is negative, and which does not exceed a limit. */
  static int checkedTotal(BytesReader in, long[] lengths, int count, long limit)
      throws CorruptFileException {
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
