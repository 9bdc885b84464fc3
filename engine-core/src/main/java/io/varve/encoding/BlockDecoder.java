package io.varve.encoding;

import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.DoubleColumn;
import io.varve.column.LongColumn;
import io.varve.column.PairColumn;
import io.varve.io.BytesReader;
import io.varve.io.CorruptFileException;
import io.varve.schema.Storage;
import io.varve.simd.Kernels;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads what {@link BlockEncoder} wrote. Confined. */
public final class BlockDecoder {

  private final LongDecoder longs = new LongDecoder();
  private final BinaryDecoder binaries = new BinaryDecoder(longs);
  private final BinaryRowDecoder binaryRows = new BinaryRowDecoder(longs);
  private final long[] nullWords = new long[BlockSource.MAX_BLOCK_ROWS / 64];
  private final RowsWanted present = new RowsWanted();
  private final RowsWanted wanted = new RowsWanted();
  private boolean hasNulls;
  private boolean known;
  private final long[] whole = new long[BlockSource.MAX_BLOCK_ROWS];
  private final char[] exceptionRows = new char[BlockSource.MAX_BLOCK_ROWS];
  private final long[] exceptionBits = new long[BlockSource.MAX_BLOCK_ROWS];
  private final Kernels kernels = Kernels.chosen();

  /**
   * Reads how a block is encoded and no more: the names of its encoding and of those of the integer
   * list in it, as docs/format.md gives them, such as {@code codes of runs}.
   */
  public static String encodings(BytesReader in) throws CorruptFileException {
    Encoding encoding = encoding(in);
    int flags = in.readByte();
    int rows = in.readShort();
    if (flags == BlockEncoder.NULLS_FLAG) {
      in.advance((rows + 63) / 64 * Long.BYTES);
    }
    StringBuilder names = new StringBuilder(encoding.text());
    for (int depth = 0; depth <= LongEncoder.MAX_DEPTH; depth++) {
      switch (encoding) {
        case CODES -> in.advance(0);
        case DELTA -> in.advance(Long.BYTES);
        case MULTIPLES -> in.advance(2 * Long.BYTES);
        case ALP -> {
          in.advance(2);
          in.advance(in.readShort() * (Short.BYTES + Long.BYTES));
        }
        default -> {
          return names.toString();
        }
      }
      encoding = encoding(in);
      names.append(" of ").append(encoding.text());
    }
    return names.toString();
  }

  private static Encoding encoding(BytesReader in) throws CorruptFileException {
    int number = in.readByte();
    if (!Encoding.isKnown(number)) {
      throw in.corrupt("an encoding", "number " + number);
    }
    return Encoding.ofNumber(number);
  }

  /** Returns the bytes of heap that buffers for text take, which grow with its length. */
  public long heldBytes() {
    return binaries.heldBytes();
  }

  /**
   * Reads a block that takes all that is left of {@code in}.
   *
   * @param rows that the block must have
   * @param into gets the rows in place of what it has; for codes a column over their dictionary
   */
  public void decode(BytesReader in, int rows, Column into) throws CorruptFileException {
    decode(in, rows, 0, rows, into, false);
  }

  /**
   * Reads a block as above but decodes integers and codes when they are asked for. The bytes must
   * not change before the column is read again.
   *
   * @param known whether the same bytes were read before and the column stayed encoded: what was
   *     checked of them then is not checked again
   */
  public void decodeLazily(BytesReader in, int rows, boolean known, Column into)
      throws CorruptFileException {
    this.known = known;
    try {
      decode(in, rows, 0, rows, into, true);
    } finally {
      this.known = false; // also where the bytes were wrong: those of the next block are not known
    }
  }

  /**
   * Reads some rows of a block that takes all that is left of {@code in}, at no more cost than they
   * need: pages of others are not inflated.
   *
   * @param rows that the block must have
   * @param from the first row that is wanted
   * @param to the end of those that are wanted; the values of all others mean nothing
   * @param into gets all rows in place of what it has
   */
  public void decode(BytesReader in, int rows, int from, int to, Column into)
      throws CorruptFileException {
    Objects.checkFromToIndex(from, to, rows);
    decode(in, rows, from, to, into, true);
  }

  private void decode(BytesReader in, int rows, int from, int to, Column into, boolean lazily)
      throws CorruptFileException {
    into.clear();
    Encoding encoding = readHead(in, rows, storage(into));
    if (encoding == Encoding.ALL_NULL) {
      for (int i = 0; i < rows; i++) {
        into.appendNull();
      }
    } else {
      if (into instanceof BinaryColumn texts) {
        present.set(0, rows, nullWords, hasNulls);
        wanted.set(from, to, nullWords, hasNulls);
        binaries.decode(encoding, in, rows, present, wanted, texts);
      } else {
        decodeNumbers(encoding, in, rows, into, lazily && !hasNulls);
      }
      if (hasNulls) {
        applyNulls(rows, into);
      }
    }
    in.expectEnd();
  }

  /**
   * Reads one row of a block that takes all that is left of {@code in}, and of others only what
   * that takes.
   *
   * @param rows that the block must have
   * @param dictionary of the codes that the block holds, null if it holds values
   * @param into gets the row at its end: a {@link BinaryColumn} also for codes
   */
  public void decodeRow(
      BytesReader in, int rows, int row, @Nullable BinaryColumn dictionary, Column into)
      throws CorruptFileException {
    Objects.checkIndex(row, rows);
    Encoding encoding = readHead(in, rows, storage(into));
    boolean isNull = hasNulls && (nullWords[row >>> 6] & 1L << row) != 0;
    if (encoding == Encoding.ALL_NULL || isNull) {
      into.appendNull();
      return; // what follows is of others
    }
    if (into instanceof LongColumn values) {
      values.append(longs.decodeAt(encoding, in, rows, row));
    } else if (dictionary != null) {
      if (encoding != Encoding.CODES) {
        throw in.corrupt("codes", encoding.toString());
      }
      long code = longs.decodeNumberedAt(in, rows, row);
      if (code < 0 || code >= dictionary.size()) {
        throw in.corrupt("indexes below " + dictionary.size(), String.valueOf(code));
      }
      ((BinaryColumn) into).appendFrom(dictionary, (int) code);
    } else if (into instanceof BinaryColumn values) {
      present.set(0, rows, nullWords, hasNulls);
      binaryRows.decode(encoding, in, rows, present, row, values);
    } else if (into instanceof PairColumn values) {
      if (encoding != Encoding.PAIR) {
        throw in.corrupt("an encoding of pairs", encoding.toString());
      }
      long high = longs.decodeNumberedAt(in, rows, row);
      values.append(high, longs.decodeNumberedAt(in, rows, row));
    } else {
      Column all = Column.create(storage(into));
      decodeNumbers(encoding, in, rows, all, false);
      into.appendFrom(all, row);
    }
    in.expectEnd();
  }

  /**
   * Finds the rows that have a value of bytes, decoding no more than that takes.
   *
   * @param scratch a column for values, if they must be decoded
   * @param bits one bit for each row is set or cleared
   */
  public void find(BytesReader in, int rows, byte[] value, BinaryColumn scratch, long[] bits)
      throws CorruptFileException {
    scratch.clear();
    java.util.Arrays.fill(bits, 0);
    Encoding encoding = readHead(in, rows, Storage.BINARY);
    if (encoding == Encoding.ALL_NULL) {
      in.expectEnd();
      return;
    }
    present.set(0, rows, nullWords, hasNulls);
    if (!binaries.tryFind(encoding, in, rows, value, bits)) {
      binaries.decode(encoding, in, rows, present, present, scratch);
      for (int row = 0; row < rows; row++) {
        boolean equal =
            java.util.Arrays.equals(
                scratch.bytes(), scratch.start(row), scratch.end(row), value, 0, value.length);
        bits[row >>> 6] |= (equal ? 1L : 0L) << row;
      }
    }
    in.expectEnd();
    for (int word = 0; hasNulls && word < (rows + 63) / 64; word++) {
      bits[word] &= ~nullWords[word];
    }
  }

  /** Reads encoding, flags, rows and the nulls. */
  private Encoding readHead(BytesReader in, int rows, Storage storage) throws CorruptFileException {
    int number = in.readByte();
    int flags = in.readByte();
    int found = in.readShort();
    if (found != rows || rows < 1 || rows > BlockSource.MAX_BLOCK_ROWS) {
      throw in.corrupt("a block of " + rows + " rows", String.valueOf(found));
    }
    if (flags > BlockEncoder.NULLS_FLAG) {
      throw in.corrupt("flags 0 or 1", String.valueOf(flags));
    }
    if (!Encoding.isKnown(number) || !Encoding.ofNumber(number).suits(storage)) {
      throw in.corrupt("an encoding of " + storage, "number " + number);
    }
    Encoding encoding = Encoding.ofNumber(number);
    hasNulls = flags == BlockEncoder.NULLS_FLAG && encoding != Encoding.ALL_NULL;
    if (hasNulls) {
      in.readLongs(nullWords, (rows + 63) / 64);
      int spare = (rows + 63) / 64 * 64 - rows;
      if (spare > 0 && nullWords[(rows - 1) / 64] >>> (64 - spare) != 0) {
        throw in.corrupt("no nulls after row " + rows, "set bits");
      }
    }
    return encoding;
  }

  /** Returns the storage whose values a column holds. */
  public static Storage storage(Column column) {
    if (column instanceof LongColumn) {
      return Storage.LONG;
    }
    if (column instanceof DoubleColumn) {
      return Storage.DOUBLE;
    }
    return column instanceof PairColumn ? Storage.PAIR : Storage.BINARY;
  }

  private void decodeNumbers(
      Encoding encoding, BytesReader in, int rows, Column into, boolean lazily)
      throws CorruptFileException {
    if (into instanceof LongColumn values && lazily) {
      longs.decodeLazily(encoding, in, rows, known, values);
    } else if (into instanceof LongColumn values) {
      longs.decode(encoding, in, rows, values.appendUninitialized(rows));
    } else if (into instanceof DoubleColumn values) {
      decodeDoubles(encoding, in, rows, values.appendUninitialized(rows));
    } else if (into instanceof PairColumn values) {
      if (encoding != Encoding.PAIR) {
        throw in.corrupt("an encoding of pairs", encoding.toString());
      }
      values.appendUninitialized(rows);
      longs.decodeNumbered(in, rows, values.high());
      longs.decodeNumbered(in, rows, values.low());
    } else {
      DictionaryColumn values = (DictionaryColumn) into;
      if (encoding != Encoding.CODES) {
        throw in.corrupt("codes", encoding.toString());
      }
      int limit = values.dictionary().size();
      if (lazily) {
        longs.decodeLazily(in, rows, limit, known, values);
      } else {
        longs.decodeIndexes(in, rows, limit, values.appendUninitialized(rows));
      }
    }
  }

  private void decodeDoubles(Encoding encoding, BytesReader in, int rows, double[] out)
      throws CorruptFileException {
    switch (encoding) {
      case CONSTANT -> java.util.Arrays.fill(out, 0, rows, in.readDouble());
      case RAW_DOUBLE -> {
        in.readLongs(whole, rows);
        for (int i = 0; i < rows; i++) {
          out[i] = Double.longBitsToDouble(whole[i]);
        }
      }
      case RAW_FLOAT -> {
        for (int i = 0; i < rows; i++) {
          out[i] = Float.intBitsToFloat(in.readInt());
        }
      }
      case ALP -> decodeAlp(in, rows, out);
      default -> throw in.corrupt("an encoding of doubles", encoding.toString());
    }
  }

  private void decodeAlp(BytesReader in, int rows, double[] out) throws CorruptFileException {
    int exponent = in.readByte();
    int factor = in.readByte();
    int exceptions = in.readShort();
    if (exponent > Alp.MAX_EXPONENT || factor > exponent || exceptions > rows) {
      throw in.corrupt(
          "an exponent of 0 to 18, a factor that is not greater, at most " + rows + " exceptions",
          exponent + ", " + factor + " and " + exceptions);
    }
    int before = -1;
    for (int i = 0; i < exceptions; i++) {
      int row = in.readShort();
      if (row <= before || row >= rows) {
        throw in.corrupt("a row after " + before + " and below " + rows, String.valueOf(row));
      }
      exceptionRows[i] = (char) row;
      before = row;
    }
    in.readLongs(exceptionBits, exceptions);
    longs.decodeNumbered(in, rows, whole);
    kernels.multiply(whole, Alp.power(factor), Alp.inverse(exponent), out, rows);
    for (int i = 0; i < exceptions; i++) {
      out[exceptionRows[i]] = Double.longBitsToDouble(exceptionBits[i]);
    }
  }

  private void applyNulls(int rows, Column into) {
    int words = (rows + 63) / 64;
    for (int word = 0; word < words; word++) {
      for (long bits = nullWords[word]; bits != 0; bits &= bits - 1) {
        int row = word * 64 + Long.numberOfTrailingZeros(bits);
        into.nulls().setNull(row);
        clearValue(into, row);
      }
    }
  }

  private static void clearValue(Column column, int row) {
    if (column instanceof LongColumn values) {
      values.values()[row] = 0;
    } else if (column instanceof DoubleColumn values) {
      values.values()[row] = 0;
    } else if (column instanceof PairColumn values) {
      values.high()[row] = 0;
      values.low()[row] = 0;
    } else if (column instanceof DictionaryColumn values) {
      values.codes()[row] = 0;
    }
  }
}
