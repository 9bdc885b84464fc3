package io.varve.flink.sink;

import io.varve.column.RowSink;
import io.varve.flink.common.RowConverter;
import io.varve.schema.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Makes rows of events, and passes a site for each, on the thread of a writer or of its input. */
final class TrippingConverter implements RowConverter<Event> {

  private static final long serialVersionUID = 1L;

  private final String directory;
  private final RowConverter<Event> events = RowConverter.ofRecord(Event.class);

  TrippingConverter(String directory) {
    this.directory = directory;
  }

  @Override
  public void open(Schema schema) {
    events.open(schema);
  }

  @Override
  public void convert(Event element, RowSink row) {
    try {
      Faults.of(directory).pass("CONVERT " + element.id());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    events.convert(element, row);
  }
}
