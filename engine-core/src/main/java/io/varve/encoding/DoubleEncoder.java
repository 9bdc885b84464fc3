package io.varve.encoding;

import io.varve.column.BlockSource;
import io.varve.io.BytesWriter;
import io.varve.simd.Lanes;

/** Writes up to 1,024 doubles in the smallest of their encodings. Confined. */
final class DoubleEncoder {

  /** How many values are tried with every exponent and factor. */
  private static final int SAMPLES = 32;

  /** Bits of a value that is kept as it is, with its row. */
  private static final int EXCEPTION_BITS = Double.SIZE + Short.SIZE;

  /** Bytes of {@link Encoding#ALP} before the rows of exceptions. */
  private static final int ALP_HEAD_BYTES = 4;

  private final LongEncoder longs;
  private final long[] whole = new long[BlockSource.MAX_BLOCK_ROWS];
  private final char[] exceptions = new char[BlockSource.MAX_BLOCK_ROWS];
  private final double[] sample = new double[SAMPLES];
  private final BytesWriter wholes = new BytesWriter(0);
  private int exponent;
  private int factor;

  DoubleEncoder(LongEncoder longs) {
    this.longs = longs;
  }

  /** Appends the values without saying how, and returns the encoding. */
  Encoding encode(double[] values, int count, BytesWriter out) {
    if (isConstant(values, count)) {
      out.writeDouble(values[0]);
      return Encoding.CONSTANT;
    }
    boolean single = areSingle(values, count);
    int rawBytes = count * (single ? Float.BYTES : Double.BYTES);
    if (findExponents(values, count, rawBytes)) {
      int excepted = toWhole(values, count);
      wholes.clear();
      longs.encodeNumbered(whole, count, wholes);
      int bytes = ALP_HEAD_BYTES + excepted * (EXCEPTION_BITS / Byte.SIZE) + wholes.size();
      if (bytes < rawBytes) {
        writeAlp(values, excepted, out);
        return Encoding.ALP;
      }
    }
    for (int i = 0; i < count; i++) {
      if (single) {
        out.writeInt(Float.floatToRawIntBits((float) values[i]));
      } else {
        out.writeDouble(values[i]);
      }
    }
    return single ? Encoding.RAW_FLOAT : Encoding.RAW_DOUBLE;
  }

  private static boolean isConstant(double[] values, int count) {
    long first = Double.doubleToRawLongBits(values[0]);
    for (int i = 1; i < count; i++) {
      if (Double.doubleToRawLongBits(values[i]) != first) {
        return false;
      }
    }
    return true;
  }

  private static boolean areSingle(double[] values, int count) {
    for (int i = 0; i < count; i++) {
      if (!Alp.isSame(values[i], (float) values[i])) {
        return false;
      }
    }
    return true;
  }

  /** Finds the exponent and the factor that suit a sample best; false if none will do. */
  private boolean findExponents(double[] values, int count, int rawBytes) {
    int samples = Math.min(SAMPLES, count);
    for (int i = 0; i < samples; i++) {
      sample[i] = values[(int) ((long) i * count / samples)];
    }
    long best = (long) samples * rawBytes * Byte.SIZE / count;
    boolean found = false;
    for (int e = Alp.MAX_EXPONENT; e >= 0; e--) {
      for (int f = e; f >= 0; f--) {
        long bits = sampleBits(samples, e, f, best);
        if (bits < best) {
          best = bits;
          exponent = e;
          factor = f;
          found = true;
        }
      }
    }
    return found;
  }

  /** Returns the bits that the sample takes, or some that are not below a limit. */
  private long sampleBits(int samples, int e, int f, long limit) {
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    long bits = 0;
    int fitting = 0;
    for (int i = 0; i < samples && bits < limit; i++) {
      long number = Alp.encode(sample[i], e, f);
      if (Alp.isSame(Alp.decode(number, e, f), sample[i])) {
        min = Math.min(min, number);
        max = Math.max(max, number);
        fitting++;
      } else {
        bits += EXCEPTION_BITS;
      }
    }
    return fitting == 0 ? limit : bits + (long) samples * Lanes.width(min, max);
  }

  /** Sets the whole numbers, for exceptions that of another value; returns their number. */
  private int toWhole(double[] values, int count) {
    int excepted = 0;
    long filler = 0;
    for (int i = 0; i < count; i++) {
      long number = Alp.encode(values[i], exponent, factor);
      if (Alp.isSame(Alp.decode(number, exponent, factor), values[i])) {
        if (excepted == i) { // the first that fits: those before it get its number
          java.util.Arrays.fill(whole, 0, i, number);
        }
        filler = number;
      } else {
        exceptions[excepted++] = (char) i;
      }
      whole[i] = filler;
    }
    return excepted;
  }

  private void writeAlp(double[] values, int excepted, BytesWriter out) {
    out.writeByte(exponent).writeByte(factor).writeShort(excepted);
    for (int i = 0; i < excepted; i++) {
      out.writeShort(exceptions[i]);
    }
    for (int i = 0; i < excepted; i++) {
      out.writeDouble(values[exceptions[i]]);
    }
    out.writeBytes(wholes.array(), 0, wholes.size());
  }
}
