package io.varve.column;

import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TypeKind;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the components of a Java record into the columns of the same names. Thread-safe.
 *
 * <p>Components may be {@code boolean}, {@code byte}, {@code short}, {@code int}, {@code long},
 * {@code float}, {@code double} and their boxes, {@link String}, {@code byte[]}, {@link
 * BigDecimal}, {@link LocalDate}, {@link LocalTime}, {@link LocalDateTime} and {@link Instant}.
 *
 * @param <T> the record
 */
public final class RecordMapping<T extends Record> {

  private static final long MAX_SECONDS = Long.MAX_VALUE / 1000 - 1;

  private static final Map<Class<?>, DataType> TYPES =
      Map.ofEntries(
          Map.entry(boolean.class, DataType.bool()),
          Map.entry(Boolean.class, DataType.bool()),
          Map.entry(byte.class, DataType.of(TypeKind.INT8)),
          Map.entry(Byte.class, DataType.of(TypeKind.INT8)),
          Map.entry(short.class, DataType.of(TypeKind.INT16)),
          Map.entry(Short.class, DataType.of(TypeKind.INT16)),
          Map.entry(int.class, DataType.int32()),
          Map.entry(Integer.class, DataType.int32()),
          Map.entry(long.class, DataType.int64()),
          Map.entry(Long.class, DataType.int64()),
          Map.entry(float.class, DataType.of(TypeKind.FLOAT)),
          Map.entry(Float.class, DataType.of(TypeKind.FLOAT)),
          Map.entry(double.class, DataType.float64()),
          Map.entry(Double.class, DataType.float64()),
          Map.entry(String.class, DataType.string()),
          Map.entry(byte[].class, DataType.bytes()),
          Map.entry(LocalDate.class, DataType.of(TypeKind.DATE)),
          Map.entry(LocalTime.class, DataType.of(TypeKind.TIME)),
          Map.entry(LocalDateTime.class, DataType.timestamp(9)),
          Map.entry(Instant.class, DataType.timestampLtz(9)));

  private final List<Setter> setters;

  /**
   * Maps a record, public or not, to a schema.
   *
   * @throws IllegalArgumentException if a component has no column, or one that can't hold it
   */
  public RecordMapping(Class<T> type, Schema schema) {
    List<Setter> created = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      int column = schema.indexOf(component.getName());
      requireHolds(component, schema.field(column).type());
      created.add(new Setter(column, component.getType(), accessor(component)));
    }
    this.setters = List.copyOf(created);
  }

  /**
   * Derives a schema of version 1 from a record: a column for each component, in order; primitive
   * components and the time column are not nullable.
   *
   * @param timeColumn the component that is the event time, a LocalDateTime or an Instant
   * @throws IllegalArgumentException if a component's type says too little: a BigDecimal has no
   *     scale
   */
  public static Schema schemaOf(Class<? extends Record> type, String timeColumn) {
    Schema.Builder builder = Schema.builder();
    for (RecordComponent component : type.getRecordComponents()) {
      DataType columnType = TYPES.get(component.getType());
      if (columnType == null) {
        throw new IllegalArgumentException(
            "no column type follows from "
                + component.getType().getSimpleName()
                + " of component '"
                + component.getName()
                + "'; write the schema down with Schema.builder()");
      }
      if (component.getName().equals(timeColumn)) {
        builder.timeColumn(timeColumn, columnType);
      } else if (component.getType().isPrimitive()) {
        builder.requiredColumn(component.getName(), columnType);
      } else {
        builder.column(component.getName(), columnType);
      }
    }
    return builder.build();
  }

  private static void requireHolds(RecordComponent component, DataType column) {
    DataType own = TYPES.get(component.getType());
    boolean decimal = component.getType() == BigDecimal.class && column.kind() == TypeKind.DECIMAL;
    if (!decimal && (own == null || own.kind() != column.kind())) {
      throw new IllegalArgumentException(
          "component '"
              + component.getName()
              + "' of type "
              + component.getType().getSimpleName()
              + " does not fit column type "
              + column);
    }
  }

  private static MethodHandle accessor(RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      Class<?> held = component.getType();
      if (held == float.class) {
        held = double.class;
      } else if (held.isPrimitive() && held != boolean.class && held != double.class) {
        held = long.class;
      } else if (!held.isPrimitive()) {
        held = Object.class;
      }
      return MethodHandles.lookup()
          .unreflect(component.getAccessor())
          .asType(MethodType.methodType(held, Object.class));
    } catch (IllegalAccessException hidden) {
      throw new IllegalArgumentException(
          "record " + component.getDeclaringRecord().getName() + " is not accessible", hidden);
    }
  }

  /**
   * Sets the columns of one row and leaves {@link RowSink#endRow} to the caller.
   *
   * @throws IllegalArgumentException if a column can't hold a value; nothing is set then
   */
  public void set(T row, RowSink out) {
    for (Setter setter : setters) {
      setter.set(row, out);
    }
  }

  private record Setter(int column, Class<?> type, MethodHandle accessor) {

    void set(Object row, RowSink out) {
      try {
        if (type == boolean.class) {
          out.setBoolean(column, (boolean) accessor.invokeExact(row));
        } else if (type == double.class || type == float.class) {
          out.setDouble(column, (double) accessor.invokeExact(row));
        } else if (type.isPrimitive()) {
          out.setLong(column, (long) accessor.invokeExact(row));
        } else {
          setObject((Object) accessor.invokeExact(row), out);
        }
      } catch (RuntimeException | Error thrown) {
        throw thrown;
      } catch (Throwable checked) {
        throw new IllegalStateException("an accessor of a record threw", checked);
      }
    }

    private void setObject(@Nullable Object value, RowSink out) {
      if (value instanceof String text) {
        out.setString(column, text);
      } else if (value instanceof Boolean bool) {
        out.setBoolean(column, bool);
      } else if (value instanceof Double || value instanceof Float) {
        out.setDouble(column, ((Number) value).doubleValue());
      } else if (value instanceof BigDecimal decimal) {
        out.setDecimal(column, decimal);
      } else if (value instanceof Number number) {
        out.setLong(column, number.longValue());
      } else if (value instanceof byte[] bytes) {
        out.setBytes(column, bytes);
      } else if (value instanceof LocalDate date) {
        out.setLong(column, date.toEpochDay());
      } else if (value instanceof LocalTime time) {
        out.setLong(column, time.toNanoOfDay());
      } else if (value instanceof LocalDateTime dateTime) {
        setInstant(dateTime.toInstant(ZoneOffset.UTC), out);
      } else if (value instanceof Instant instant) {
        setInstant(instant, out);
      }
    }

    private void setInstant(Instant instant, RowSink out) {
      int nanos = instant.getNano();
      long seconds = instant.getEpochSecond();
      if (Math.abs(seconds) > MAX_SECONDS) {
        out.abandonRow();
        throw new IllegalArgumentException(instant + " is further away than a column can hold");
      }
      out.setTimestamp(column, seconds * 1000 + nanos / 1_000_000, nanos % 1_000_000);
    }
  }
}
