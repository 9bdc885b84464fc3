package io.varve.engine;

import io.varve.column.BinaryColumn;
import io.varve.column.Column;
import io.varve.column.LongColumn;
import io.varve.encoding.ValueHash;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import io.varve.segment.SegmentReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An id that is looked for: text, bytes or a number, and its hashes. Confined to one thread. */
final class WantedId {

  private static final byte[] NO_BYTES = {};

  private final int fieldId;
  private final boolean isText;
  private final byte[] bytes;
  private final long number;
  private final long storedHash;
  private final long memoryHash;
  private boolean found;

  private WantedId(int fieldId, boolean isText, byte[] bytes, long number) {
    this.fieldId = fieldId;
    this.isText = isText;
    this.bytes = bytes;
    this.number = number;
    this.storedHash = isText ? ValueHash.of(bytes) : ValueHash.of(number);
    this.memoryHash = isText ? IdHash.of(bytes, 0, bytes.length) : IdHash.mix(number);
  }

  /**
   * Returns an id of text or bytes.
   *
   * @throws IllegalArgumentException if ids are numbers
   */
  static WantedId of(LogSnapshot snapshot, String id) {
    int column = idColumn(snapshot);
    if (snapshot.schema().storage(column) != Storage.BINARY) {
      throw new IllegalArgumentException("the id column holds numbers: look for a long");
    }
    byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
    return new WantedId(snapshot.schema().field(column).id(), true, bytes, 0);
  }

  /**
   * Returns an id that is a number.
   *
   * @throws IllegalArgumentException if ids are none
   */
  static WantedId of(LogSnapshot snapshot, long id) {
    int column = idColumn(snapshot);
    if (snapshot.schema().storage(column) != Storage.LONG) {
      throw new IllegalArgumentException("the id column holds text: look for a string");
    }
    return new WantedId(snapshot.schema().field(column).id(), false, NO_BYTES, id);
  }

  private static int idColumn(LogSnapshot snapshot) {
    String name = snapshot.definition().idColumn();
    if (name.isEmpty()) {
      throw new IllegalStateException("the log has no id column");
    }
    Schema schema = snapshot.schema();
    return schema.indexOf(name);
  }

  int fieldId() {
    return fieldId;
  }

  boolean mayBeIn(Segment segment) throws IOException {
    return segment.mayHoldId(fieldId, storedHash);
  }

  boolean mayBeIn(Generation generation) {
    found = false;
    forEachIn(generation, row -> found = true);
    return found;
  }

  /** Calls back with each row of a generation that may have the id. */
  void forEachIn(Generation generation, IdTable.RowConsumer consumer) {
    generation.ids().find(memoryHash, consumer);
  }

  /** Returns the rows of a segment that have the id, ascending. */
  long[] rowsOf(SegmentReader reader) throws IOException {
    return isText ? reader.rowsOf(fieldId, bytes) : reader.rowsOf(fieldId, number);
  }

  /** Returns whether a row of the id column, held as values, has the id. */
  boolean isAt(Column ids, int row) {
    if (ids.isNull(row)) {
      return false;
    }
    if (ids instanceof LongColumn values) {
      return values.get(row) == number;
    }
    BinaryColumn values = (BinaryColumn) ids;
    return Arrays.equals(
        values.bytes(), values.start(row), values.end(row), bytes, 0, bytes.length);
  }
}
