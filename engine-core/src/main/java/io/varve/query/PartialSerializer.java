package io.varve.query;

import io.varve.column.Int128;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.io.VarveException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;

/**
 * Partial rows as bytes: a version, the keys, the measures, and a CRC32C. Each key and measure is a
 * kind of one byte and what belongs to it, so no schema is needed to read them.
 */
public final class PartialSerializer {

  /** The version that is written, and the only one that is read. */
  public static final int VERSION = 1;

  private static final int COUNT = 1;
  private static final int LONG_SUM = 2;
  private static final int WIDE_SUM = 3;
  private static final int DOUBLE_SUM = 4;
  private static final int MINIMUM = 5;
  private static final int MAXIMUM = 6;

  private PartialSerializer() {}

  /** Returns a partial row as bytes. */
  public static byte[] serialize(PartialRow row) {
    BytesWriter out = Envelope.start(VERSION);
    out.writeShort(row.keys().size()).writeShort(row.measures().size());
    for (Value key : row.keys()) {
      write(key, out);
    }
    for (MeasureState state : row.measures()) {
      write(state, out);
    }
    return Envelope.seal(out);
  }

  /**
   * Returns the partial row of some bytes.
   *
   * @throws io.varve.io.UnsupportedVersionException if they are of another version
   * @throws CorruptFileException if they are damaged
   */
  public static PartialRow deserialize(byte[] bytes) throws VarveException {
    BytesReader in = Envelope.open("partial row", VERSION, bytes);
    Value[] keys = new Value[in.readShort()];
    MeasureState[] states = new MeasureState[in.readShort()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = readValue(in);
    }
    for (int i = 0; i < states.length; i++) {
      states[i] = readState(in);
    }
    in.expectEnd();
    return new PartialRow(List.of(keys), List.of(states));
  }

  private static void write(Value value, BytesWriter out) {
    out.writeByte(value.kind());
    if (value instanceof Value.OfLong integer) {
      out.writeLong(integer.value());
    } else if (value instanceof Value.OfDouble floating) {
      out.writeDouble(floating.value());
    } else if (value instanceof Value.OfBinary binary) {
      out.writeBlob(binary.value());
    } else if (value instanceof Value.OfPair pair) {
      out.writeLong(pair.high()).writeLong(pair.low());
    } else if (value instanceof Value.OfDecimal decimal) {
      out.writeInt(decimal.value().scale());
      out.writeBlob(decimal.value().unscaledValue().toByteArray());
    }
  }

  private static Value readValue(BytesReader in) throws CorruptFileException {
    int kind = in.readByte();
    return switch (kind) {
      case 0 -> Value.NULL;
      case 1 -> new Value.OfLong(in.readLong());
      case 2 -> new Value.OfDouble(in.readDouble());
      case 3 -> new Value.OfBinary(in.readBlob());
      case 4 -> new Value.OfPair(in.readLong(), in.readLong());
      case 5 -> {
        int scale = in.readInt();
        yield new Value.OfDecimal(new BigDecimal(readInteger(in), scale));
      }
      default -> throw in.corrupt("the kind of a value", String.valueOf(kind));
    };
  }

  private static BigInteger readInteger(BytesReader in) throws CorruptFileException {
    byte[] bytes = in.readBlob();
    if (bytes.length == 0) {
      throw in.corrupt("the bytes of a number", "none");
    }
    return new BigInteger(bytes);
  }

  private static void write(MeasureState state, BytesWriter out) {
    if (state instanceof MeasureState.Count count) {
      out.writeByte(COUNT).writeLong(count.count());
    } else if (state instanceof MeasureState.LongSum sum) {
      out.writeByte(LONG_SUM).writeLong(sum.count());
      out.writeLong(sum.sum().high()).writeLong(sum.sum().low());
    } else if (state instanceof MeasureState.WideSum sum) {
      out.writeByte(WIDE_SUM).writeLong(sum.count()).writeBlob(sum.sum().toByteArray());
    } else if (state instanceof MeasureState.DoubleSum sum) {
      out.writeByte(DOUBLE_SUM).writeLong(sum.count());
      out.writeDouble(sum.high()).writeDouble(sum.low());
    } else if (state instanceof MeasureState.Minimum minimum) {
      write(minimum.value(), out.writeByte(MINIMUM));
    } else if (state instanceof MeasureState.Maximum maximum) {
      write(maximum.value(), out.writeByte(MAXIMUM));
    }
  }

  private static MeasureState readState(BytesReader in) throws CorruptFileException {
    int kind = in.readByte();
    return switch (kind) {
      case COUNT -> new MeasureState.Count(in.readLong());
      case LONG_SUM ->
          new MeasureState.LongSum(in.readLong(), new Int128(in.readLong(), in.readLong()));
      case WIDE_SUM -> new MeasureState.WideSum(in.readLong(), readInteger(in));
      case DOUBLE_SUM ->
          new MeasureState.DoubleSum(in.readLong(), in.readDouble(), in.readDouble());
      case MINIMUM -> new MeasureState.Minimum(readValue(in));
      case MAXIMUM -> new MeasureState.Maximum(readValue(in));
      default -> throw in.corrupt("the kind of a measure", String.valueOf(kind));
    };
  }
}
