package io.varve.flink.source;

import io.varve.query.RowView;
import io.varve.schema.Field;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes records by their canonical constructors, which are looked up on the subtask since they
 * can't be shipped.
 */
final class RecordReader<T extends Record> implements RowReader<T> {

  private static final long serialVersionUID = 1L;

  private final Class<T> type;
  private transient @Nullable Constructor<T> constructor;
  private transient List<ComponentReader> components = List.of();

  RecordReader(Class<T> type) {
    this.type = type;
  }

  /** Returns the names of a record's components, which are those of the columns it needs. */
  static List<String> columnsOf(Class<? extends Record> type) {
    return Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
  }

  @Override
  public void open(List<Field> columns) {
    components =
        Arrays.stream(type.getRecordComponents())
            .map(component -> ComponentReader.of(component, columns))
            .toList();
    Class<?>[] parameters =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      constructor = type.getDeclaredConstructor(parameters);
      constructor.setAccessible(true);
    } catch (ReflectiveOperationException | RuntimeException hidden) {
      throw new IllegalArgumentException(
          "record " + type.getName() + " is not accessible: " + hidden, hidden);
    }
  }

  @Override
  public T read(RowView row) {
    Constructor<T> canonical = constructor;
    if (canonical == null) {
      throw new IllegalStateException("the reader of " + type.getName() + " was not opened");
    }
    @Nullable Object[] values = new @Nullable Object[components.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = components.get(i).read(row);
    }
    try {
      return canonical.newInstance(values);
    } catch (InvocationTargetException refused) {
      throw new IllegalStateException(
          type.getName() + " refused a row: " + refused.getCause(), refused.getCause());
    } catch (InstantiationException | IllegalAccessException impossible) {
      throw new IllegalStateException("can't make a " + type.getName(), impossible);
    }
  }
}
