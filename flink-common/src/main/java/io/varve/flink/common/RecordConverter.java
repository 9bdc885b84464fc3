package io.varve.flink.common;

import io.varve.column.RecordMapping;
import io.varve.column.RowSink;
import io.varve.schema.Schema;
import org.jspecify.annotations.Nullable;

/** Converts Java records; looks the accessors up on the subtask, since they can't be shipped. */
final class RecordConverter<T extends Record> implements RowConverter<T> {

  private static final long serialVersionUID = 1L;

  private final Class<T> type;
  private transient @Nullable RecordMapping<T> mapping;

  RecordConverter(Class<T> type) {
    this.type = type;
  }

  @Override
  public void open(Schema schema) {
    mapping = new RecordMapping<>(type, schema);
  }

  @Override
  public void convert(T element, RowSink row) {
    RecordMapping<T> opened = mapping;
    if (opened == null) {
      throw new IllegalStateException("the converter was not opened");
    }
    opened.set(element, row);
  }
}
