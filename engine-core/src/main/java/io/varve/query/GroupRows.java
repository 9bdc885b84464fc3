package io.varve.query;

import io.varve.column.Int128;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Keys and measures in as few bytes as is cheap, for {@link PartialGroups}: lengths, counts and
 * sums of 64 bits are LEB128, sums with their sign in the lowest bit, and everything else is as
 * {@link PartialSerializer} writes it. Equal keys have equal bytes. Stateless.
 */
final class GroupRows {

  private static final int COUNT = 1;
  private static final int BINARY = 3;
  private static final int SMALL_SUM = 7;

  private GroupRows() {}

  static void writeKey(Value key, BytesWriter out) {
    if (key instanceof Value.OfBinary binary) {
      byte[] bytes = binary.value();
      out.writeByte(BINARY).writeVarLong(bytes.length).writeBytes(bytes);
    } else {
      ValueSerializer.write(key, out);
    }
  }

  static void writeCount(long count, BytesWriter out) {
    out.writeByte(COUNT).writeVarLong(count);
  }

  /** Writes a sum of integers that fits into 64 bits. */
  static void writeSum(long count, long sum, BytesWriter out) {
    out.writeByte(SMALL_SUM).writeVarLong(count).writeVarLong(sum << 1 ^ sum >> 63);
  }

  static void writeMeasure(MeasureState state, BytesWriter out) {
    if (state instanceof MeasureState.Count count) {
      writeCount(count.count(), out);
    } else if (state instanceof MeasureState.LongSum sum && sum.sum().fitsLong()) {
      writeSum(sum.count(), sum.sum().low(), out);
    } else {
      PartialSerializer.write(state, out);
    }
  }

  /** Reads keys up to the end. */
  static List<Value> readKeys(BytesReader in) throws CorruptFileException {
    List<Value> keys = new ArrayList<>();
    while (in.remaining() > 0) {
      int start = in.position();
      if (in.readByte() == BINARY) {
        keys.add(new Value.OfBinary(in.readBytes(in.readVarLength())));
      } else {
        in.rewind(start);
        keys.add(ValueSerializer.read(in));
      }
    }
    return keys;
  }

  /** Reads measures up to the end. */
  static MeasureState[] readMeasures(BytesReader in) throws CorruptFileException {
    MeasureState[] states = new MeasureState[4];
    int count = 0;
    while (in.remaining() > 0) {
      if (count == states.length) {
        states = Arrays.copyOf(states, count * 2);
      }
      states[count++] = readMeasure(in);
    }
    return count == states.length ? states : Arrays.copyOf(states, count);
  }

  private static MeasureState readMeasure(BytesReader in) throws CorruptFileException {
    int start = in.position();
    switch (in.readByte()) {
      case COUNT -> {
        return new MeasureState.Count(in.readVarLong());
      }
      case SMALL_SUM -> {
        long count = in.readVarLong();
        long sum = in.readVarLong();
        return new MeasureState.LongSum(count, Int128.of(sum >>> 1 ^ -(sum & 1)));
      }
      default -> {
        in.rewind(start);
        return PartialSerializer.readState(in);
      }
    }
  }
}
