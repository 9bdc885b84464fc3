package io.varve.query;

import io.varve.column.Int128;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * One value of a result, or {@link #NULL}. Ordered totally: null first, then by value (NaN last,
 * -0.0 before 0.0, bytes as unsigned numbers). Immutable.
 */
public sealed interface Value extends Comparable<Value> {

  /** No value. */
  Value NULL = new Null();

  /** Returns whether there is no value. */
  default boolean isNull() {
    return this instanceof Null;
  }

  /** Returns the place of this kind among the kinds, which is also its number on disk. */
  int kind();

  /** No value. */
  record Null() implements Value {

    @Override
    public int kind() {
      return 0;
    }

    @Override
    public int compareTo(Value other) {
      return Integer.compare(kind(), other.kind());
    }

    @Override
    public String toString() {
      return "null";
    }
  }

  /** A value of {@link io.varve.schema.Storage#LONG}, as held. */
  record OfLong(long value) implements Value {

    @Override
    public int kind() {
      return 1;
    }

    @Override
    public int compareTo(Value other) {
      return other instanceof OfLong that
          ? Long.compare(value, that.value)
          : Integer.compare(kind(), other.kind());
    }

    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  /** A floating-point number; every NaN is the same. */
  record OfDouble(double value) implements Value {

    /** Makes all NaNs one. */
    public OfDouble {
      if (Double.isNaN(value)) {
        value = Double.NaN;
      }
    }

    @Override
    public int kind() {
      return 2;
    }

    @Override
    public int compareTo(Value other) {
      return other instanceof OfDouble that
          ? Double.compare(value, that.value)
          : Integer.compare(kind(), other.kind());
    }

    @Override
    public String toString() {
      return Double.toString(value);
    }
  }

  /** Bytes, or text in UTF-8. */
  @SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by content
  record OfBinary(byte[] value) implements Value {

    /** Copies the bytes. */
    public OfBinary {
      value = value.clone();
    }

    /** Returns the bytes of a text. */
    public static OfBinary of(String text) {
      return new OfBinary(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns a copy of the bytes. */
    @Override
    public byte[] value() {
      return value.clone();
    }

    /** Returns the bytes as text. */
    public String text() {
      return new String(value, StandardCharsets.UTF_8);
    }

    @Override
    public int kind() {
      return 3;
    }

    @Override
    public int compareTo(Value other) {
      return other instanceof OfBinary that
          ? Arrays.compareUnsigned(value, that.value)
          : Integer.compare(kind(), other.kind());
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof OfBinary that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      String text = text();
      boolean printable =
          text.chars().noneMatch(c -> c < ' ' || c == '\ufffd')
              && Arrays.equals(text.getBytes(StandardCharsets.UTF_8), value);
      return printable ? text : "0x" + HexFormat.of().formatHex(value);
    }
  }

  /** A value of {@link io.varve.schema.Storage#PAIR}, as held. */
  record OfPair(long high, long low) implements Value {

    @Override
    public int kind() {
      return 4;
    }

    /** Returns the value as one number of 128 bits. */
    public Int128 number() {
      return new Int128(high, low);
    }

    @Override
    public int compareTo(Value other) {
      return other instanceof OfPair that
          ? number().compareTo(that.number())
          : Integer.compare(kind(), other.kind());
    }

    @Override
    public String toString() {
      return high + ":" + Long.toUnsignedString(low);
    }
  }

  /** An exact number of any size; only in finished rows. Equal numbers of two scales differ. */
  record OfDecimal(BigDecimal value) implements Value {

    @Override
    public int kind() {
      return 5;
    }

    @Override
    public int compareTo(Value other) {
      if (other instanceof OfDecimal that) {
        int byNumber = value.compareTo(that.value);
        return byNumber != 0 ? byNumber : Integer.compare(value.scale(), that.value.scale());
      }
      return Integer.compare(kind(), other.kind());
    }

    @Override
    public String toString() {
      return value.toPlainString();
    }
  }
}
