package io.varve.schema;

import java.util.Locale;

/** The kinds of column types. The numbers are on disk and never change. */
public enum TypeKind {
  /** True or false. */
  BOOLEAN(1),
  /** Signed integer of 8 bits. */
  INT8(2),
  /** Signed integer of 16 bits. */
  INT16(3),
  /** Signed integer of 32 bits. */
  INT32(4),
  /** Signed integer of 64 bits. */
  INT64(5),
  /** IEEE 754 number of 32 bits. */
  FLOAT(6),
  /** IEEE 754 number of 64 bits. */
  DOUBLE(7),
  /** Exact decimal number of up to 38 digits. */
  DECIMAL(8),
  /** Text, stored in UTF-8 and ordered by its bytes. */
  STRING(9),
  /** Bytes, ordered as unsigned numbers. */
  BYTES(10),
  /** Days since 1970-01-01. */
  DATE(11),
  /** Time of day in nanoseconds since midnight. */
  TIME(12),
  /** Date and time without a time zone. */
  TIMESTAMP(13),
  /** A point in time. */
  TIMESTAMP_LTZ(14);

  private final int number;

  TypeKind(int number) {
    this.number = number;
  }

  /** Returns the number on disk, 1 to 255. */
  public int number() {
    return number;
  }

  /** Returns the kind with a number on disk. */
  public static TypeKind ofNumber(int number) {
    for (TypeKind kind : values()) {
      if (kind.number == number) {
        return kind;
      }
    }
    throw new IllegalArgumentException("no column type has number " + number);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
