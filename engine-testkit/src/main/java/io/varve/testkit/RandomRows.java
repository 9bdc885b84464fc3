package io.varve.testkit;

import io.varve.column.BinaryColumn;
import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.DoubleColumn;
import io.varve.column.LongColumn;
import io.varve.column.PairColumn;
import io.varve.column.RowBatch;
import io.varve.column.ZoneMap;
import io.varve.schema.DataType;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import io.varve.schema.TypeKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.LongUnaryOperator;

/** Random schemas and rows of every type, in shapes that lead to every encoding. */
public final class RandomRows {

  private static final int SHAPES = 12;

  private RandomRows() {}

  /** Returns a schema with a time column and up to 12 others of random types. */
  public static Schema schema(Random random) {
    Schema.Builder builder = Schema.builder().timeColumn("ts", DataType.timestampLtz(9));
    int columns = random.nextInt(13);
    for (int i = 0; i < columns; i++) {
      builder.column("c" + i, type(random));
    }
    return builder.build();
  }

  private static DataType type(Random random) {
    TypeKind kind = TypeKind.values()[random.nextInt(TypeKind.values().length)];
    return switch (kind) {
      case DECIMAL -> DataType.decimal(1 + random.nextInt(38), 0);
      case TIMESTAMP -> DataType.timestamp(random.nextInt(10));
      case TIMESTAMP_LTZ -> DataType.timestampLtz(random.nextInt(10));
      case BOOLEAN, INT8, INT16, INT32, INT64, FLOAT, DOUBLE, STRING, BYTES, DATE, TIME ->
          DataType.of(kind);
    };
  }

  /** Returns rows of one writer, layers that grow, and sequences in order. */
  public static RowBatch batch(Random random, Schema schema, int rows, long writer) {
    RowBatch batch = new RowBatch(schema);
    for (int i = 0; i < schema.size(); i++) {
      boolean nullable = schema.field(i).nullable();
      fill(random, batch.column(i), schema.storage(i), rows, nullable);
    }
    long layer = random.nextInt(100);
    long sequence = random.nextInt(1000);
    for (int row = 0; row < rows; row++) {
      batch.hidden(HiddenField.WRITER).append(writer);
      batch.hidden(HiddenField.LAYER).append(layer);
      batch.hidden(HiddenField.SEQUENCE).append(sequence);
      sequence += 1 + (random.nextInt(10) == 0 ? random.nextInt(5) : 0);
      layer += random.nextInt(500) == 0 ? 1 : 0;
    }
    return batch;
  }

  private static void fill(
      Random random, Column column, Storage storage, int rows, boolean nullable) {
    int nullsOfTen = nullable ? List.of(0, 0, 1, 5, 9, 10).get(random.nextInt(6)) : 0;
    int shape = random.nextInt(SHAPES);
    LongUnaryOperator longs = longs(random, shape);
    for (int row = 0; row < rows; row++) {
      if (random.nextInt(10) < nullsOfTen) {
        column.appendNull();
        continue;
      }
      switch (storage) {
        case LONG -> ((LongColumn) column).append(longs.applyAsLong(row));
        case DOUBLE -> ((DoubleColumn) column).append(doubleOf(random, shape, longs, row));
        case PAIR ->
            ((PairColumn) column).append(longs.applyAsLong(row), random.nextInt(1_000_000));
        case BINARY -> {
          byte[] value = bytes(random, shape, longs.applyAsLong(row));
          ((BinaryColumn) column).append(value, 0, value.length);
        }
      }
    }
  }

  /** Returns values of a shape by row: constant, steps, few values, any width, extremes … */
  private static LongUnaryOperator longs(Random random, int shape) {
    long base = random.nextBoolean() ? random.nextInt(1000) : random.nextLong();
    int width = 1 + random.nextInt(63);
    return switch (shape) {
      case 0 -> row -> base;
      case 1 -> row -> base + row * 1000 + random.nextInt(10);
      case 2 -> row -> base + random.nextInt(5);
      case 3 -> row -> random.nextLong();
      case 4 -> row -> List.of(Long.MIN_VALUE, Long.MAX_VALUE, 0L).get(random.nextInt(3));
      case 5 -> row -> random.nextInt(100);
      case 8 -> row -> random.nextInt(50) == 0 ? random.nextLong() >> width : random.nextInt(4);
      case 11 -> inRuns(random, base, width);
      case 9 -> row -> base / 2 + random.nextInt(5000) * 1_000_000L;
      default -> row -> base + (random.nextLong() >>> width);
    };
  }

  /** Returns values that stay the same for some rows. */
  private static LongUnaryOperator inRuns(Random random, long base, int width) {
    int rows = 2 + random.nextInt(300);
    long[] value = {base};
    return row -> {
      value[0] = random.nextInt(rows) == 0 ? base + (random.nextLong() >>> width) : value[0];
      return value[0];
    };
  }

  private static double doubleOf(Random random, int shape, LongUnaryOperator longs, long row) {
    return switch (shape) {
      case 1 -> random.nextInt(100_000) / 100.0;
      case 2 -> random.nextFloat();
      case 3 -> random.nextGaussian() * 1e6;
      case 4 ->
          List.of(
                  Double.NaN,
                  -0.0,
                  0.0,
                  Double.POSITIVE_INFINITY,
                  Double.NEGATIVE_INFINITY,
                  Double.MIN_VALUE,
                  Double.MAX_VALUE)
              .get(random.nextInt(7));
      default -> longs.applyAsLong(row);
    };
  }

  private static byte[] bytes(Random random, int shape, long value) {
    return switch (shape) {
      case 1, 2 -> ("value-" + Long.toString(value & 0xff, 36)).getBytes(StandardCharsets.UTF_8);
      case 3 -> {
        byte[] any = new byte[random.nextInt(100)];
        random.nextBytes(any);
        yield any;
      }
      case 4 -> {
        byte[] high = new byte[random.nextInt(40)];
        Arrays.fill(high, (byte) 0xff);
        yield high;
      }
      case 5 ->
          ("the quick brown fox " + value + " jumps over " + random.nextInt())
              .repeat(1 + random.nextInt(4))
              .getBytes(StandardCharsets.UTF_8);
      case 8 ->
          ("req-" + String.format(Locale.ROOT, "%016x", random.nextLong()))
              .getBytes(StandardCharsets.UTF_8);
      case 9 ->
          String.format(
                  Locale.ROOT,
                  "{\"id\":\"%08X\",\"n\":%d,\"why\":\"%s\"%s}",
                  random.nextInt(),
                  value,
                  random.nextInt(3),
                  random.nextInt(20) == 0 ? ",\"more\":1" : "")
              .getBytes(StandardCharsets.UTF_8);
      case 10 -> {
        byte[] digits = new byte[26];
        for (int i = 0; i < digits.length; i++) {
          digits[i] = (byte) "0123456789ABCDEFGHJKMNPQRSTVWXYZ".charAt(random.nextInt(32));
        }
        yield digits;
      }
      default -> Long.toString(value).getBytes(StandardCharsets.UTF_8);
    };
  }

  /** Returns the value of a row as something that can be compared; null if it is missing. */
  public static @org.jspecify.annotations.Nullable Object value(Column column, int row) {
    if (column.isNull(row)) {
      return null;
    }
    if (column instanceof LongColumn values) {
      return values.get(row);
    }
    if (column instanceof DoubleColumn values) {
      return Double.doubleToRawLongBits(values.get(row));
    }
    if (column instanceof PairColumn values) {
      return List.of(values.high()[row], values.low()[row]);
    }
    if (column instanceof DictionaryColumn values) {
      return java.util.HexFormat.of().formatHex(values.dictionary().get(values.code(row)));
    }
    return java.util.HexFormat.of().formatHex(((BinaryColumn) column).get(row));
  }

  /** Returns what a zone map says as text that is equal exactly when all of it is. */
  public static String describe(ZoneMap map) {
    return map instanceof ZoneMap.OfBinary m
        ? List.of(
                m.rows(), m.nulls(), Arrays.toString(m.min()), Arrays.toString(m.max()), m.exact())
            .toString()
        : map.toString();
  }

  /** Returns all values of a row, with the hidden ones at the end. */
  public static List<@org.jspecify.annotations.Nullable Object> row(RowBatch batch, int row) {
    List<@org.jspecify.annotations.Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < batch.schema().size(); i++) {
      values.add(value(batch.column(i), row));
    }
    for (HiddenField field : HiddenField.values()) {
      values.add(value(batch.hidden(field), row));
    }
    return values;
  }

  /** Returns all rows. */
  public static List<List<@org.jspecify.annotations.Nullable Object>> rows(RowBatch batch) {
    List<List<@org.jspecify.annotations.Nullable Object>> rows = new ArrayList<>();
    for (int row = 0; row < batch.rowCount(); row++) {
      rows.add(row(batch, row));
    }
    return rows;
  }
}
