package io.varve.testkit;

import io.varve.column.RowBuffer;
import io.varve.column.RowSink;
import io.varve.schema.DataType;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.schema.TypeKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Random rows as plain Java values: Boolean, Long, Double, BigDecimal, String, byte[], LocalDate,
 * LocalTime, LocalDateTime, Instant or null.
 */
public final class RandomTable {

  /** Longer than the bounds of zone maps. */
  private static final String LONG_TEXT = "b".repeat(40);

  private static final DataType[] TYPES = {
    DataType.bool(),
    DataType.of(TypeKind.INT8),
    DataType.int32(),
    DataType.int64(),
    DataType.int64(),
    DataType.of(TypeKind.FLOAT),
    DataType.float64(),
    DataType.decimal(10, 2),
    DataType.decimal(38, 4),
    DataType.string(),
    DataType.string(),
    DataType.bytes(),
    DataType.of(TypeKind.DATE),
    DataType.of(TypeKind.TIME),
    DataType.timestamp(3),
    DataType.timestamp(9),
    DataType.timestampLtz(3),
    DataType.timestampLtz(6)
  };

  /** The writer that rows are said to come from. */
  public static final long WRITER = 7;

  private static final String[] TEXTS = {
    LONG_TEXT, LONG_TEXT + "x", "", "a", "ab", "abc", "b", "ba", "é", "zz", "\uffff"
  };
  private static final double[] DOUBLES = {
    0.0, -0.0, 1, -1, 0.5, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
  };

  private final Schema schema;
  private final List<@Nullable Object[]> rows = new ArrayList<>();

  private final Random random;
  private final boolean[] special;
  private final int[] runLength;

  /**
   * Makes up a schema and rows.
   *
   * @param maxRows the most rows; there is at least one
   */
  public RandomTable(Random random, int maxRows) {
    this.random = random;
    this.schema = schema(random);
    this.special = new boolean[schema.size()];
    this.runLength = new int[schema.size()];
    int[] nullPercent = new int[schema.size()];
    for (int i = 0; i < schema.size(); i++) {
      special[i] = random.nextInt(4) == 0;
      runLength[i] = random.nextInt(3) == 0 ? 1 + random.nextInt(3000) : 1;
      nullPercent[i] = schema.field(i).nullable() ? random.nextInt(3) * 20 : 0;
    }
    long time = Instant.parse("2024-03-30T20:00:00Z").toEpochMilli() * 1_000_000;
    long step = 1L << random.nextInt(44);
    boolean sorted = random.nextInt(4) != 0;
    int count = 1 + random.nextInt(maxRows);
    for (int n = 0; n < count; n++) {
      Object[] row = new Object[schema.size()];
      for (int i = 0; i < row.length; i++) {
        if (schema.field(i).id() == schema.timeFieldId()) {
          time = sorted ? time + (long) (random.nextDouble() * step) : time + jump(step);
          row[i] = timeValue(schema.field(i).type(), time);
        } else if (n % runLength[i] != 0) {
          row[i] = rows.get(n - 1)[i];
        } else if (random.nextInt(100) >= nullPercent[i]) {
          row[i] = value(i);
        }
      }
      rows.add(row);
    }
  }

  /** Returns the schema; its time column is called {@code time}. */
  public Schema schema() {
    return schema;
  }

  /** Returns the rows in the order in which they were made up. */
  public List<@Nullable Object[]> rows() {
    return Collections.unmodifiableList(rows);
  }

  private long jump(long step) {
    return (random.nextInt(3) - 1) * step;
  }

  private static Schema schema(Random random) {
    Schema.Builder builder = Schema.builder();
    int before = random.nextInt(4);
    int columns = before + 1 + random.nextInt(5);
    for (int i = 0; i < columns; i++) {
      if (i == before) {
        builder.timeColumn(
            "time", random.nextBoolean() ? DataType.timestampLtz(9) : DataType.timestamp(6));
      }
      DataType type = TYPES[random.nextInt(TYPES.length)];
      if (random.nextInt(4) == 0) {
        builder.requiredColumn("c" + i, type);
      } else {
        builder.column("c" + i, type);
      }
    }
    return builder.build();
  }

  private static long unitNanos(DataType type) {
    return BigInteger.TEN.pow(9 - type.precision()).longValueExact();
  }

  private static Object timeValue(DataType type, long nanos) {
    long whole = nanos - Math.floorMod(nanos, unitNanos(type));
    Instant instant =
        Instant.ofEpochSecond(
            Math.floorDiv(whole, 1_000_000_000L), Math.floorMod(whole, 1_000_000_000L));
    return type.kind() == TypeKind.TIMESTAMP_LTZ
        ? instant
        : LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
  }

  /** Returns a value that a column can hold and may well hold. */
  public Object value(int column) {
    Field field = schema.field(column);
    DataType type = field.type();
    long small = random.nextInt(9) - 4L;
    return switch (type.kind()) {
      case BOOLEAN -> random.nextBoolean();
      case INT8 -> special[column] ? (long) (byte) random.nextInt() : small;
      case INT16, INT32 -> special[column] ? (long) random.nextInt() : small;
      case INT64 -> special[column] ? extreme() : small;
      case FLOAT, DOUBLE -> floating(type.kind(), special[column]);
      case DECIMAL -> decimal(type, special[column]);
      case STRING -> special[column] ? "s" + random.nextInt(3000) : pick(TEXTS);
      case BYTES -> bytes();
      case DATE -> LocalDate.ofEpochDay(special[column] ? random.nextInt() : 19_000 + small);
      case TIME -> LocalTime.ofNanoOfDay((long) (random.nextDouble() * 86_400e9));
      case TIMESTAMP -> dateTime(field);
      case TIMESTAMP_LTZ -> dateTime(field).toInstant(ZoneOffset.UTC);
    };
  }

  private String pick(String[] from) {
    return from[random.nextInt(from.length)];
  }

  private long extreme() {
    return switch (random.nextInt(4)) {
      case 0 -> Long.MAX_VALUE;
      case 1 -> Long.MIN_VALUE;
      default -> random.nextLong();
    };
  }

  private double floating(TypeKind kind, boolean wild) {
    double value =
        wild && random.nextInt(5) == 0
            ? DOUBLES[random.nextInt(DOUBLES.length)]
            : random.nextGaussian() * Math.pow(10, wild ? random.nextInt(30) - 15 : 0) + 3;
    return kind == TypeKind.FLOAT ? (float) value : value;
  }

  private BigDecimal decimal(DataType type, boolean large) {
    // Sums and averages, of at least six digits after the point, must fit into 38 digits.
    BigInteger limit = BigInteger.TEN.pow(Math.min(31, type.precision()));
    BigInteger unscaled =
        large
            ? new BigInteger(200, random).mod(limit).multiply(BigInteger.valueOf(sign()))
            : BigInteger.valueOf(random.nextInt(500) - 250L);
    return new BigDecimal(unscaled, type.scale());
  }

  private long sign() {
    return random.nextBoolean() ? 1 : -1;
  }

  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(3)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (random.nextInt(3) - 1);
    }
    return bytes;
  }

  private LocalDateTime dateTime(Field field) {
    LocalDateTime base = LocalDateTime.of(2024, 1, 1, 0, 0).plusHours(random.nextInt(50));
    if (field.id() == schema.timeFieldId()) {
      return base.plusMonths(3);
    }
    long unit = unitNanos(field.type());
    return base.plusNanos(random.nextInt(3) * unit).minusYears(random.nextInt(2) * 60L);
  }

  /** Puts some rows into a buffer, as a writer does. */
  public static RowBuffer toBuffer(Schema schema, List<@Nullable Object[]> rows) {
    RowBuffer buffer = new RowBuffer(schema, WRITER, 0);
    for (Object[] row : rows) {
      set(buffer, row);
      buffer.endRow();
    }
    return buffer;
  }

  /** Sets the columns of one row. */
  public static void set(RowSink sink, @Nullable Object[] row) {
    for (int i = 0; i < row.length; i++) {
      Object value = row[i];
      if (value != null) {
        set(sink, i, value);
      }
    }
  }

  private static void set(RowSink sink, int column, Object value) {
    if (value instanceof Boolean truth) {
      sink.setBoolean(column, truth);
    } else if (value instanceof Long integer) {
      sink.setLong(column, integer);
    } else if (value instanceof Double floating) {
      sink.setDouble(column, floating);
    } else if (value instanceof BigDecimal decimal) {
      sink.setDecimal(column, decimal);
    } else if (value instanceof String text) {
      sink.setString(column, text);
    } else if (value instanceof byte[] bytes) {
      sink.setBytes(column, bytes);
    } else if (value instanceof LocalDate date) {
      sink.setLong(column, date.toEpochDay());
    } else if (value instanceof LocalTime time) {
      sink.setLong(column, time.toNanoOfDay());
    } else {
      Instant instant =
          value instanceof LocalDateTime dateTime
              ? dateTime.toInstant(ZoneOffset.UTC)
              : (Instant) value;
      sink.setTimestamp(column, instant.toEpochMilli(), instant.getNano() % 1_000_000);
    }
  }
}
