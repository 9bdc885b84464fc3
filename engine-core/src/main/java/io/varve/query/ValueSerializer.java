package io.varve.query;

import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Values as bytes: a kind of one byte and what belongs to it. Equal values have equal bytes. */
final class ValueSerializer {

  private ValueSerializer() {}

  static void write(Value value, BytesWriter out) {
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

  static Value read(BytesReader in) throws CorruptFileException {
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

  static BigInteger readInteger(BytesReader in) throws CorruptFileException {
    byte[] bytes = in.readBlob();
    if (bytes.length == 0) {
      throw in.corrupt("the bytes of a number", "none");
    }
    return new BigInteger(bytes);
  }
}
