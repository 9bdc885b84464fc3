package io.varve.flink.source;

import io.varve.query.RowView;
import io.varve.schema.Field;
import io.varve.schema.TypeKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Reads a row of any columns as a line of text, to compare it with a row of plain Java values. */
final class PlainText implements RowReader<String> {

  private static final long serialVersionUID = 1L;

  private transient List<Field> columns = new ArrayList<>();

  @Override
  public void open(List<Field> selected) {
    columns = List.copyOf(selected);
  }

  @Override
  public String read(RowView row) {
    StringJoiner line = new StringJoiner("|");
    for (int i = 0; i < columns.size(); i++) {
      line.add(row.isNull(i) ? "null" : text(row, i, columns.get(i).type().kind()));
    }
    return line.toString();
  }

  private static String text(RowView row, int column, TypeKind kind) {
    return switch (kind) {
      case BOOLEAN -> String.valueOf(row.getBoolean(column));
      case FLOAT, DOUBLE -> String.valueOf(row.getDouble(column));
      case DECIMAL -> String.valueOf(row.getDecimal(column));
      case STRING -> row.getString(column);
      case BYTES -> HexFormat.of().formatHex(row.getBytes(column));
      case INT8, INT16, INT32, INT64, DATE, TIME -> String.valueOf(row.getLong(column));
      case TIMESTAMP, TIMESTAMP_LTZ ->
          row.getTimestampMillis(column) + "+" + row.getTimestampNanosOfMilli(column);
    };
  }

  /** Returns the text of a row's columns, given by their places. */
  static String of(@Nullable Object[] row, List<Integer> columns) {
    StringJoiner line = new StringJoiner("|");
    for (int column : columns) {
      line.add(of(row[column]));
    }
    return line.toString();
  }

  private static String of(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    } else if (value instanceof LocalDate date) {
      return String.valueOf(date.toEpochDay());
    } else if (value instanceof LocalTime time) {
      return String.valueOf(time.toNanoOfDay());
    } else if (value instanceof LocalDateTime dateTime) {
      return of(dateTime.toInstant(ZoneOffset.UTC));
    } else if (value instanceof Instant instant) {
      return instant.toEpochMilli() + "+" + instant.getNano() % 1_000_000;
    }
    return value instanceof BigDecimal decimal ? decimal.toString() : String.valueOf(value);
  }
}
