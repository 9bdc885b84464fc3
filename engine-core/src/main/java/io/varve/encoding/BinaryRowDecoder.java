package io.varve.encoding;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;

/**
 * Reads one value of what {@link BinaryEncoder} wrote, at little more cost than its own: at most
 * one page is inflated. Confined.
 */
final class BinaryRowDecoder {

  private final LongDecoder longs;
  private final long[] lengths = new long[BlockSource.MAX_BLOCK_ROWS];
  private final byte[] digits = new byte[256];
  private final BytesWriter value = new BytesWriter(256);
  private byte[] page = new byte[0];

  BinaryRowDecoder(LongDecoder longs) {
    this.longs = longs;
  }

  /**
   * Appends one value to a column and goes behind the block.
   *
   * @param present the rows that are not null
   * @param row one of them
   */
  void decode(
      Encoding encoding, BytesReader in, int count, RowsWanted present, int row, BinaryColumn into)
      throws CorruptFileException {
    value.clear();
    if (encoding == Encoding.TEMPLATE) {
      addTemplate(in, count, present, row);
    } else {
      add(encoding, in, count, row);
    }
    into.append(value.array(), 0, value.size());
  }

  private void add(Encoding encoding, BytesReader in, int count, int row)
      throws CorruptFileException {
    switch (encoding) {
      case CONSTANT -> {
        int length = in.readCount(Math.max(0, in.remaining() - 4));
        int from = in.advance(length);
        value.writeBytes(in.array(), from, length);
      }
      case RAW_BINARY -> addRaw(in, count, row);
      case ZSTD_BINARY -> addFromPage(in, count, row);
      case LOCAL_DICTIONARY -> addFromDictionary(in, count, row);
      case DIGITS -> addDigits(in, count, row);
      default -> throw in.corrupt("an encoding of bytes", encoding.toString());
    }
  }

  private void addRaw(BytesReader in, int count, int row) throws CorruptFileException {
    int total = readLengths(in, count, in.remaining());
    int from = in.advance(total);
    addRaw(in.array(), from, row);
  }

  /** Adds the value at an index, given where the first one begins and all lengths. */
  private void addRaw(byte[] bytes, int first, int index) {
    int from = first;
    for (int i = 0; i < index; i++) {
      from += (int) lengths[i];
    }
    value.writeBytes(bytes, from, (int) lengths[index]);
  }

  private void addFromPage(BytesReader in, int count, int row) throws CorruptFileException {
    readLengths(in, count, BinaryDecoder.maxInflated(in.remaining()));
    int pageCount = in.readShort();
    int first = 0;
    for (int i = 0; i < pageCount; i++) {
      int rows = in.readShort();
      if (rows < 1 || rows > count - first) {
        throw in.corrupt("a page of 1 to " + (count - first) + " rows", String.valueOf(rows));
      }
      int length = in.readCount(Math.max(0, in.remaining() - 4));
      int start = in.advance(length);
      if (row >= first && row < first + rows) {
        inflate(in, start, length, first, rows);
        int at = 0;
        for (int before = first; before < row; before++) {
          at += (int) lengths[before];
        }
        value.writeBytes(page, at, (int) lengths[row]);
      }
      first += rows;
    }
    if (first != count) {
      throw in.corrupt("pages of " + count + " rows", String.valueOf(first));
    }
  }

  private void inflate(BytesReader in, int start, int length, int first, int rows)
      throws CorruptFileException {
    long bytes = 0;
    for (int i = first; i < first + rows; i++) {
      bytes += lengths[i];
    }
    if (bytes > BinaryDecoder.maxInflated(length)
        || BinaryDecoder.contentSize(in.array(), start, length) != bytes) {
      throw in.corrupt("a page of " + bytes + " bytes", "another");
    }
    if (page.length < bytes) {
      page = new byte[(int) bytes];
    }
    long result;
    try {
      result = Zstd.decompressByteArray(page, 0, (int) bytes, in.array(), start, length);
    } catch (ZstdException damaged) {
      throw in.corrupt("a page of " + bytes + " bytes", "zstd says: " + damaged.getMessage());
    }
    if (result != bytes) {
      throw in.corrupt("a page of " + bytes + " bytes", result + " bytes");
    }
  }

  private void addFromDictionary(BytesReader in, int count, int row) throws CorruptFileException {
    int size = in.readShort();
    if (size < 1 || size > count) {
      throw in.corrupt("1 to " + count + " distinct values", String.valueOf(size));
    }
    int total = readLengths(in, size, in.remaining());
    int from = in.advance(total);
    long code = longs.decodeNumberedAt(in, count, row);
    if (code < 0 || code >= size) {
      throw in.corrupt("indexes below " + size, String.valueOf(code));
    }
    addRaw(in.array(), from, (int) code);
  }

  private void addDigits(BytesReader in, int count, int row) throws CorruptFileException {
    Digits alphabet = DigitsCodec.readAlphabet(in);
    int length = in.readByte();
    int next = DigitsCodec.readHead(in, alphabet, length);
    int at = 0;
    while (at < length) {
      alphabet.write(longs.decodeNumberedAt(in, count, row), next, digits, at);
      at += next;
      next = Math.min(length - at, alphabet.maxDigits());
    }
    value.writeBytes(digits, 0, length);
  }

  private void addTemplate(BytesReader in, int count, RowsWanted present, int row)
      throws CorruptFileException {
    int fieldCount = in.readByte();
    if (fieldCount < 1 || fieldCount > Template.MAX_FIELDS) {
      throw in.corrupt("1 to 64 fields", String.valueOf(fieldCount));
    }
    int start = in.position();
    for (int piece = 0; piece <= fieldCount; piece++) {
      in.advance(in.readShort());
    }
    BytesReader pieces =
        new BytesReader(in.file(), in.offset(), in.array(), start, in.position() - start);
    int misfits = in.readShort();
    int misfitsBefore = 0;
    boolean isMisfit = false;
    int before = -1;
    for (int i = 0; i < misfits; i++) {
      int misfit = in.readShort();
      if (misfit <= before || misfit >= count) {
        throw in.corrupt("rows in order, below " + count, String.valueOf(misfit));
      }
      before = misfit;
      misfitsBefore += misfit < row ? 1 : 0;
      isMisfit |= misfit == row;
    }
    int fitting = present.count() - misfits;
    if (fitting < 0 || (!isMisfit && fitting == 0)) {
      throw in.corrupt("at most " + present.count() + " rows that misfit", misfits + " of them");
    }
    if (isMisfit) {
      addPart(in, misfits, misfitsBefore);
      in.advance(in.remaining()); // fields of other rows
      return;
    }
    if (misfits > 0) {
      addPart(in, misfits, 0); // goes behind them
      value.clear();
    }
    joinFields(in, pieces, fieldCount, fitting, present.countBefore(row) - misfitsBefore);
  }

  private void joinFields(
      BytesReader in, BytesReader pieces, int fieldCount, int fitting, int index)
      throws CorruptFileException {
    for (int piece = 0; piece <= fieldCount; piece++) {
      int length = pieces.readShort();
      value.writeBytes(pieces.array(), pieces.advance(length), length);
      if (piece < fieldCount) {
        addPart(in, fitting, index);
      }
    }
  }

  /** Reads the number of an encoding and one value of a part of texts. */
  private void addPart(BytesReader in, int count, int index) throws CorruptFileException {
    int number = in.readByte();
    if (!Encoding.isKnown(number)) {
      throw in.corrupt("an encoding of bytes", "number " + number);
    }
    add(Encoding.ofNumber(number), in, count, index);
  }

  private int readLengths(BytesReader in, int count, long limit) throws CorruptFileException {
    longs.decodeNumbered(in, count, lengths);
    return BinaryDecoder.checkedTotal(in, lengths, count, limit);
  }
}
