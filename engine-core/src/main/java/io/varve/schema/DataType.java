package io.varve.schema;

import java.io.Serializable;

/**
 * The type of a column. Immutable.
 *
 * @param kind what the values are
 * @param precision digits of a DECIMAL (1 to 38), digits of the fraction of a second of a TIMESTAMP
 *     (0 to 9), zero for all others
 * @param scale digits after the point of a DECIMAL (0 to precision), zero for all others
 */
public record DataType(TypeKind kind, int precision, int scale) implements Serializable {

  /** The most digits that a DECIMAL may have. */
  public static final int MAX_DECIMAL_PRECISION = 38;

  /** The most digits of a DECIMAL whose unscaled value fits into 64 bits. */
  public static final int MAX_LONG_DECIMAL_PRECISION = 18;

  /** The most digits of the fraction of a second. */
  public static final int MAX_TIMESTAMP_PRECISION = 9;

  /** The most digits of the fraction of a second that milliseconds hold. */
  static final int MILLIS_PRECISION = 3;

  /** Checks precision and scale. */
  public DataType {
    boolean valid =
        switch (kind) {
          case DECIMAL ->
              precision >= 1
                  && precision <= MAX_DECIMAL_PRECISION
                  && scale >= 0
                  && scale <= precision;
          case TIMESTAMP, TIMESTAMP_LTZ ->
              precision >= 0 && precision <= MAX_TIMESTAMP_PRECISION && scale == 0;
          case BOOLEAN, INT8, INT16, INT32, INT64, FLOAT, DOUBLE, STRING, BYTES, DATE, TIME ->
              precision == 0 && scale == 0;
        };
    if (!valid) {
      throw new IllegalArgumentException(
          "bad type " + kind + " with precision " + precision + " and scale " + scale);
    }
  }

  /** Returns a type without precision. */
  public static DataType of(TypeKind kind) {
    return new DataType(kind, 0, 0);
  }

  /** Returns BOOLEAN. */
  public static DataType bool() {
    return of(TypeKind.BOOLEAN);
  }

  /** Returns INT32. */
  public static DataType int32() {
    return of(TypeKind.INT32);
  }

  /** Returns INT64. */
  public static DataType int64() {
    return of(TypeKind.INT64);
  }

  /** Returns DOUBLE. */
  public static DataType float64() {
    return of(TypeKind.DOUBLE);
  }

  /** Returns STRING. */
  public static DataType string() {
    return of(TypeKind.STRING);
  }

  /** Returns BYTES. */
  public static DataType bytes() {
    return of(TypeKind.BYTES);
  }

  /** Returns DECIMAL(precision, scale). */
  public static DataType decimal(int precision, int scale) {
    return new DataType(TypeKind.DECIMAL, precision, scale);
  }

  /** Returns TIMESTAMP(precision), without a time zone. */
  public static DataType timestamp(int precision) {
    return new DataType(TypeKind.TIMESTAMP, precision, 0);
  }

  /** Returns TIMESTAMP_LTZ(precision), a point in time. */
  public static DataType timestampLtz(int precision) {
    return new DataType(TypeKind.TIMESTAMP_LTZ, precision, 0);
  }

  /** Returns whether sums of this type make sense. */
  public boolean isNumeric() {
    return switch (kind) {
      case INT8, INT16, INT32, INT64, FLOAT, DOUBLE, DECIMAL -> true;
      case BOOLEAN, STRING, BYTES, DATE, TIME, TIMESTAMP, TIMESTAMP_LTZ -> false;
    };
  }

  /**
   * Returns whether values of this type can be read as another without being changed: the types are
   * the same, or the other is a wider integer, or this is FLOAT and the other DOUBLE, or the other
   * is a decimal of the same scale or a timestamp with more digits that is {@link Storage held} the
   * same way.
   */
  public boolean isReadableAs(DataType other) {
    return switch (kind) {
      case INT8, INT16, INT32, INT64 -> other.isInteger() && kind.compareTo(other.kind) <= 0;
      case FLOAT -> other.kind == TypeKind.FLOAT || other.kind == TypeKind.DOUBLE;
      case DECIMAL ->
          other.kind == kind
              && scale == other.scale
              && precision <= other.precision
              && isUpTo(MAX_LONG_DECIMAL_PRECISION) == other.isUpTo(MAX_LONG_DECIMAL_PRECISION);
      case TIMESTAMP, TIMESTAMP_LTZ ->
          other.kind == kind
              && precision <= other.precision
              && isUpTo(MILLIS_PRECISION) == other.isUpTo(MILLIS_PRECISION);
      case BOOLEAN, DOUBLE, STRING, BYTES, DATE, TIME -> equals(other);
    };
  }

  private boolean isUpTo(int digits) {
    return precision <= digits;
  }

  private boolean isInteger() {
    return switch (kind) {
      case INT8, INT16, INT32, INT64 -> true;
      case BOOLEAN, FLOAT, DOUBLE, DECIMAL, STRING, BYTES, DATE, TIME, TIMESTAMP, TIMESTAMP_LTZ ->
          false;
    };
  }

  @Override
  public String toString() {
    return switch (kind) {
      case DECIMAL -> "decimal(" + precision + ", " + scale + ")";
      case TIMESTAMP, TIMESTAMP_LTZ -> kind + "(" + precision + ")";
      case BOOLEAN, INT8, INT16, INT32, INT64, FLOAT, DOUBLE, STRING, BYTES, DATE, TIME ->
          kind.toString();
    };
  }
}
