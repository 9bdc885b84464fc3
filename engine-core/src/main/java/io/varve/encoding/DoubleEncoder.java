package io.varve.encoding;

import io.varve.column.BlockSource;
import io.varve.io.BytesWriter;

/** Writes up to 1,024 doubles in the smallest of their encodings. Confined. */
final class DoubleEncoder {

  /** Powers of ten by which a double is tried to become a whole number. */
  static final int MAX_SCALE = 9;

  private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

  /** Whole numbers up to this are exact as doubles, and so is what dividing them gives back. */
  private static final double MAX_WHOLE = 1L << 53;

  private final LongEncoder longs;
  private final long[] whole = new long[BlockSource.MAX_BLOCK_ROWS];
  private final BytesWriter scaled = new BytesWriter(0);

  DoubleEncoder(LongEncoder longs) {
    this.longs = longs;
  }

  /** Returns the power of ten of a scale. */
  static double power(int scale) {
    return POWERS[scale];
  }

  /** Appends the values without saying how, and returns the encoding. */
  Encoding encode(double[] values, int count, BytesWriter out) {
    if (isConstant(values, count)) {
      out.writeDouble(values[0]);
      return Encoding.CONSTANT;
    }
    boolean single = areSingle(values, count);
    int rawBytes = count * (single ? Float.BYTES : Double.BYTES);
    int scale = findScale(values, count);
    if (scale >= 0) {
      scaled.clear();
      longs.encodeNumbered(whole, count, scaled);
      if (scaled.size() + 1 < rawBytes) {
        out.writeByte(scale).writeBytes(scaled.array(), 0, scaled.size());
        return Encoding.SCALED;
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
      if (!isSame(values[i], (float) values[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSame(double left, double right) {
    return Double.doubleToRawLongBits(left) == Double.doubleToRawLongBits(right);
  }

  /** Returns the least scale at which every value is whole, -1 if there is none. */
  private int findScale(double[] values, int count) {
    int scale = 0;
    while (scale <= MAX_SCALE && !tryScaleAll(values, count, scale)) {
      scale++;
    }
    return scale <= MAX_SCALE ? scale : -1;
  }

  private boolean tryScaleAll(double[] values, int count, int scale) {
    for (int i = 0; i < count; i++) {
      if (!tryScale(values, i, scale)) {
        return false;
      }
    }
    return true;
  }

  private boolean tryScale(double[] values, int i, int scale) {
    double product = Math.rint(values[i] * POWERS[scale]);
    if (!(Math.abs(product) <= MAX_WHOLE)) {
      return false; // NaN as well
    }
    whole[i] = (long) product;
    return isSame(whole[i] / POWERS[scale], values[i]);
  }
}
