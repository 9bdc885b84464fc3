package io.varve.flink.source;

import io.varve.query.RowView;
import io.varve.schema.Field;
import io.varve.schema.TypeKind;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the column of one component of a record.
 *
 * @param column its index among the selected columns
 * @param name the component's name
 * @param primitive whether it can't be null
 * @param conversion how a value is read
 */
record ComponentReader(int column, String name, boolean primitive, Conversion conversion) {

  private static final Set<TypeKind> BYTE = EnumSet.of(TypeKind.INT8);
  private static final Set<TypeKind> SHORT = EnumSet.of(TypeKind.INT8, TypeKind.INT16);
  private static final Set<TypeKind> INT =
      EnumSet.of(TypeKind.INT8, TypeKind.INT16, TypeKind.INT32);
  private static final Set<TypeKind> LONG =
      EnumSet.of(TypeKind.INT8, TypeKind.INT16, TypeKind.INT32, TypeKind.INT64);
  private static final Set<TypeKind> FLOAT = EnumSet.of(TypeKind.FLOAT);
  private static final Set<TypeKind> DOUBLE = EnumSet.of(TypeKind.FLOAT, TypeKind.DOUBLE);

  private static final Map<Class<?>, Conversion> CONVERSIONS =
      Map.ofEntries(
          entry(boolean.class, EnumSet.of(TypeKind.BOOLEAN), RowView::getBoolean),
          entry(Boolean.class, EnumSet.of(TypeKind.BOOLEAN), RowView::getBoolean),
          entry(byte.class, BYTE, (row, column) -> (byte) row.getLong(column)),
          entry(Byte.class, BYTE, (row, column) -> (byte) row.getLong(column)),
          entry(short.class, SHORT, (row, column) -> (short) row.getLong(column)),
          entry(Short.class, SHORT, (row, column) -> (short) row.getLong(column)),
          entry(int.class, INT, (row, column) -> (int) row.getLong(column)),
          entry(Integer.class, INT, (row, column) -> (int) row.getLong(column)),
          entry(long.class, LONG, RowView::getLong),
          entry(Long.class, LONG, RowView::getLong),
          entry(float.class, FLOAT, (row, column) -> (float) row.getDouble(column)),
          entry(Float.class, FLOAT, (row, column) -> (float) row.getDouble(column)),
          entry(double.class, DOUBLE, RowView::getDouble),
          entry(Double.class, DOUBLE, RowView::getDouble),
          entry(String.class, EnumSet.of(TypeKind.STRING), RowView::getString),
          entry(byte[].class, EnumSet.of(TypeKind.BYTES, TypeKind.STRING), RowView::getBytes),
          entry(BigDecimal.class, EnumSet.of(TypeKind.DECIMAL), RowView::getDecimal),
          entry(
              LocalDate.class,
              EnumSet.of(TypeKind.DATE),
              (row, column) -> LocalDate.ofEpochDay(row.getLong(column))),
          entry(
              LocalTime.class,
              EnumSet.of(TypeKind.TIME),
              (row, column) -> LocalTime.ofNanoOfDay(row.getLong(column))),
          entry(
              LocalDateTime.class,
              EnumSet.of(TypeKind.TIMESTAMP),
              (row, column) -> LocalDateTime.ofInstant(instant(row, column), ZoneOffset.UTC)),
          entry(Instant.class, EnumSet.of(TypeKind.TIMESTAMP_LTZ), ComponentReader::instant));

  private static Map.Entry<Class<?>, Conversion> entry(
      Class<?> type, Set<TypeKind> kinds, Getter getter) {
    return Map.entry(type, new Conversion(kinds, getter));
  }

  private static Instant instant(RowView row, int column) {
    return Instant.ofEpochMilli(row.getTimestampMillis(column))
        .plusNanos(row.getTimestampNanosOfMilli(column));
  }

  /**
   * Finds the column of a component.
   *
   * @throws IllegalArgumentException if there is none, or one that doesn't fit
   */
  static ComponentReader of(RecordComponent component, List<Field> columns) {
    String name = component.getName();
    List<String> names = columns.stream().map(Field::name).toList();
    int column = names.indexOf(name);
    if (column < 0) {
      throw new IllegalArgumentException(
          "component '"
              + name
              + "' of record "
              + component.getDeclaringRecord().getSimpleName()
              + " is no selected column; there are "
              + names);
    }
    Class<?> type = component.getType();
    Conversion conversion = CONVERSIONS.get(type);
    Field field = columns.get(column);
    if (conversion == null || !conversion.kinds().contains(field.type().kind())) {
      throw new IllegalArgumentException(
          "component '"
              + name
              + "' of type "
              + type.getSimpleName()
              + " can't hold column type "
              + field.type());
    }
    return new ComponentReader(column, name, type.isPrimitive(), conversion);
  }

  @Nullable Object read(RowView row) {
    if (!row.isNull(column)) {
      return conversion.getter().get(row, column);
    }
    if (primitive) {
      throw new IllegalArgumentException(
          "a row has no value in column '"
              + name
              + "', which the record holds as a primitive; use its wrapper class, or filter by"
              + " isNotNull");
    }
    return null;
  }

  /** Reads a value that is not null. */
  @FunctionalInterface
  interface Getter {
    Object get(RowView row, int column);
  }

  /** What column types a Java type can hold, and how their values are read. */
  record Conversion(Set<TypeKind> kinds, Getter getter) {}
}
