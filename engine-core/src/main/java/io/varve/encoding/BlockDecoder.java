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

/** Reads what {@link BlockEncoder} wrote. Confined. */
public final class BlockDecoder {

  private final LongDecoder longs = new LongDecoder();
  private final BinaryDecoder binaries = new BinaryDecoder(longs);
  private final long[] nullWords = new long[BlockSource.MAX_BLOCK_ROWS / 64];
  private final long[] whole = new long[BlockSource.MAX_BLOCK_ROWS];

  /** Reads the encoding of a block and no more. */
  public static Encoding encoding(BytesReader in) throws CorruptFileException {
    int number = in.readByte();
    if (!Encoding.isKnown(number)) {
      throw in.corrupt("an encoding", "number " + number);
    }
    return Encoding.ofNumber(number);
  }

  /**
   * Reads a block that takes all that is left of {@code in}.
   *
   * @param rows that the block must have
   * @param into gets the rows in place of what it has; for codes a column over their dictionary
   */
  public void decode(BytesReader in, int rows, Column into) throws CorruptFileException {
    decode(in, rows, into, false);
  }

  /**
   * Reads a block as above but decodes integers and codes when they are asked for. The bytes must
   * not change before the column is read again.
   */
  public void decodeLazily(BytesReader in, int rows, Column into) throws CorruptFileException {
    decode(in, rows, into, true);
  }

  private void decode(BytesReader in, int rows, Column into, boolean lazily)
      throws CorruptFileException {
    into.clear();
    int number = in.readByte();
    int flags = in.readByte();
    int found = in.readShort();
    if (found != rows || rows < 1 || rows > BlockSource.MAX_BLOCK_ROWS) {
      throw in.corrupt("a block of " + rows + " rows", String.valueOf(found));
    }
    if (flags > BlockEncoder.NULLS_FLAG) {
      throw in.corrupt("flags 0 or 1", String.valueOf(flags));
    }
    if (!Encoding.isKnown(number) || !Encoding.ofNumber(number).suits(storage(into))) {
      throw in.corrupt("an encoding of " + storage(into), "number " + number);
    }
    Encoding encoding = Encoding.ofNumber(number);
    if (encoding == Encoding.ALL_NULL) {
      for (int i = 0; i < rows; i++) {
        into.appendNull();
      }
    } else {
      if (flags == BlockEncoder.NULLS_FLAG) {
        in.readLongs(nullWords, (rows + 63) / 64);
      }
      decodeValues(encoding, in, rows, into, lazily && flags != BlockEncoder.NULLS_FLAG);
      if (flags == BlockEncoder.NULLS_FLAG) {
        applyNulls(in, rows, into);
      }
    }
    in.expectEnd();
  }

  private static Storage storage(Column column) {
    if (column instanceof LongColumn) {
      return Storage.LONG;
    }
    if (column instanceof DoubleColumn) {
      return Storage.DOUBLE;
    }
    return column instanceof PairColumn ? Storage.PAIR : Storage.BINARY;
  }

  private void decodeValues(
      Encoding encoding, BytesReader in, int rows, Column into, boolean lazily)
      throws CorruptFileException {
    if (into instanceof LongColumn values && lazily) {
      longs.decodeLazily(encoding, in, rows, values);
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
    } else if (into instanceof DictionaryColumn values) {
      if (encoding != Encoding.CODES) {
        throw in.corrupt("codes", encoding.toString());
      }
      int limit = values.dictionary().size();
      if (lazily) {
        longs.decodeLazily(in, rows, limit, values);
      } else {
        longs.decodeIndexes(in, rows, limit, values.appendUninitialized(rows));
      }
    } else {
      binaries.decode(encoding, in, rows, (BinaryColumn) into);
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
      case SCALED -> {
        int scale = in.readByte();
        if (scale > DoubleEncoder.MAX_SCALE) {
          throw in.corrupt("a scale of 0 to 9", String.valueOf(scale));
        }
        double power = DoubleEncoder.power(scale);
        longs.decodeNumbered(in, rows, whole);
        for (int i = 0; i < rows; i++) {
          out[i] = whole[i] / power;
        }
      }
      default -> throw in.corrupt("an encoding of doubles", encoding.toString());
    }
  }

  private void applyNulls(BytesReader in, int rows, Column into) throws CorruptFileException {
    int words = (rows + 63) / 64;
    int spare = words * 64 - rows;
    if (spare > 0 && nullWords[words - 1] >>> (64 - spare) != 0) {
      throw in.corrupt("no nulls after row " + rows, "set bits");
    }
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
