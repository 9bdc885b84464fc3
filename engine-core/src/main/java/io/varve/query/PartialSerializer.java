package io.varve.query;

import io.varve.column.Int128;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.io.VarveException;
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
      ValueSerializer.write(key, out);
    }
    for (MeasureState state : row.measures()) {
      write(state, out);
    }
    return Envelope.seal(out);
  }

  /** Returns the keys of a partial row as bytes: equal where and only where the keys are. */
  public static byte[] serializeKeys(PartialRow row) {
    BytesWriter out = new BytesWriter(64);
    for (Value key : row.keys()) {
      ValueSerializer.write(key, out);
    }
    return out.toByteArray();
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
      keys[i] = ValueSerializer.read(in);
    }
    for (int i = 0; i < states.length; i++) {
      states[i] = readState(in);
    }
    in.expectEnd();
    return new PartialRow(List.of(keys), List.of(states));
  }

  static void write(MeasureState state, BytesWriter out) {
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
      ValueSerializer.write(minimum.value(), out.writeByte(MINIMUM));
    } else if (state instanceof MeasureState.Maximum maximum) {
      ValueSerializer.write(maximum.value(), out.writeByte(MAXIMUM));
    }
  }

  static MeasureState readState(BytesReader in) throws CorruptFileException {
    int kind = in.readByte();
    return switch (kind) {
      case COUNT -> new MeasureState.Count(in.readLong());
      case LONG_SUM ->
          new MeasureState.LongSum(in.readLong(), new Int128(in.readLong(), in.readLong()));
      case WIDE_SUM -> new MeasureState.WideSum(in.readLong(), ValueSerializer.readInteger(in));
      case DOUBLE_SUM ->
          new MeasureState.DoubleSum(in.readLong(), in.readDouble(), in.readDouble());
      case MINIMUM -> new MeasureState.Minimum(ValueSerializer.read(in));
      case MAXIMUM -> new MeasureState.Maximum(ValueSerializer.read(in));
      default -> throw in.corrupt("the kind of a measure", String.valueOf(kind));
    };
  }
}
