package io.varve.flink.source;

import io.varve.query.RowView;
import io.varve.schema.Field;
import java.io.Serializable;
import java.util.List;

/**
 * Turns stored rows into the elements of a stream. One copy serves each subtask, confined to one
 * thread at a time.
 *
 * @param <T> the elements
 */
@FunctionalInterface
public interface RowReader<T> extends Serializable {

  /**
   * Prepares this copy; called before the first row. It is also called once when the job starts, to
   * find out that it can't work before anything is read.
   *
   * @param columns those that were selected, in the order in which {@link RowView} numbers them
   * @throws IllegalArgumentException if rows of such columns can't be read; the job then fails
   */
  default void open(List<Field> columns) {}

  /**
   * Begins with rows of a file; called before the first of them.
   *
   * @param partition the directory of its partition, relative to the table
   */
  default void begin(String partition) {}

  /**
   * Returns the element of a row: a new one for each row, since elements wait in a queue.
   *
   * @param row valid during this call only
   */
  T read(RowView row);

  /**
   * Returns a reader of Java records: each component is the value of the column of its name.
   *
   * @param type a record of booleans, numbers, {@code String}, {@code byte[]}, {@code BigDecimal},
   *     {@code LocalDate}, {@code LocalTime}, {@code LocalDateTime} (for TIMESTAMP) and {@code
   *     Instant} (for TIMESTAMP_LTZ)
   */
  static <T extends Record> RowReader<T> ofRecord(Class<T> type) {
    return new RecordReader<>(type);
  }
}
