package io.varve.engine;

import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.LongColumn;
import io.varve.column.RowBatch;
import io.varve.schema.Field;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import io.varve.segment.SegmentReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the rows of an id: unsealed ones by a hash table, sealed ones by the bloom filter and the
 * index of each segment. Confined to one thread.
 */
final class IdLookup {

  private final LogSnapshot snapshot;
  private final int column;
  private final byte[] bytes;
  private final long number;

  private IdLookup(LogSnapshot snapshot, int column, byte[] bytes, long number) {
    this.snapshot = snapshot;
    this.column = column;
    this.bytes = bytes;
    this.number = number;
  }

  /** Where a row of the id is. */
  private record Place(BlockSource source, int block, int row, RowKey key) {}

  static IdLookup of(LogSnapshot snapshot, String id) {
    int column = idColumn(snapshot);
    byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
    if (snapshot.schema().storage(column) != Storage.BINARY) {
      throw new IllegalArgumentException("the id column holds numbers: look for a long");
    }
    return new IdLookup(snapshot, column, bytes, 0);
  }

  static IdLookup of(LogSnapshot snapshot, long id) {
    int column = idColumn(snapshot);
    if (snapshot.schema().storage(column) != Storage.LONG) {
      throw new IllegalArgumentException("the id column holds text: look for a string");
    }
    return new IdLookup(snapshot, column, new byte[0], id);
  }

  private static int idColumn(LogSnapshot snapshot) {
    String name = snapshot.definition().idColumn();
    if (name.isEmpty()) {
      throw new IllegalStateException("the log has no id column");
    }
    return snapshot.schema().indexOf(name);
  }

  /** Returns the names of all rows with the id, which are more than one if it was not unique. */
  List<RowId> rows() throws IOException {
    List<RowId> rows = new ArrayList<>();
    for (Place place : places()) {
      rows.add(new RowId(place.key().writer(), place.key().sequence()));
    }
    return rows;
  }

  /** Returns the newest event with the id, none if there is none. */
  java.util.Optional<StoredEvent> newest() throws IOException {
    java.util.Optional<Place> newest =
        places().stream().max(java.util.Comparator.comparing(Place::key));
    if (newest.isEmpty()) {
      return java.util.Optional.empty();
    }
    Place place = newest.get();
    Schema schema = snapshot.schema();
    RowBatch batch = new RowBatch(schema);
    for (int i = 0; i < schema.size(); i++) {
      Field field = schema.field(i);
      batch.column(i).appendFrom(place.source().read(place.block(), field.id()), place.row());
    }
    for (HiddenField field : HiddenField.values()) {
      batch.hidden(field).appendFrom(place.source().read(place.block(), field.id()), place.row());
    }
    return java.util.Optional.of(new StoredEvent(batch, 0));
  }

  private List<Place> places() throws IOException {
    List<Place> places = new ArrayList<>();
    for (Part part : snapshot.parts()) {
      if (part instanceof MemoryPart memory) {
        findInMemory(memory, places);
      } else if (part instanceof SegmentPart segment) {
        findInSegment(segment, places);
      } else {
        scan(part.source(), places);
      }
    }
    return places;
  }

  private long hash() {
    return snapshot.schema().storage(column) == Storage.BINARY
        ? IdHash.of(bytes, 0, bytes.length)
        : IdHash.mix(number);
  }

  private void findInMemory(MemoryPart part, List<Place> places) throws IOException {
    GenerationView view = part.view();
    List<Integer> candidates = new ArrayList<>();
    view.generation().ids().find(hash(), candidates::add);
    for (int row : candidates) {
      int chunk = view.chunkOf(row);
      if (chunk >= 0) {
        int at = row - view.startOf(chunk);
        addIfThere(view, chunk, at, places, part.tombstones());
      }
    }
  }

  private void findInSegment(SegmentPart part, List<Place> places) throws IOException {
    SegmentReader reader = part.reader();
    int field = snapshot.schema().field(column).id();
    long[] rows =
        snapshot.schema().storage(column) == Storage.BINARY
            ? reader.rowsOf(field, bytes)
            : reader.rowsOf(field, number);
    for (long row : rows) {
      int block = (int) (row / BlockSource.MAX_BLOCK_ROWS);
      int at = (int) (row % BlockSource.MAX_BLOCK_ROWS);
      addIfThere(reader, block, at, places, part.tombstones());
    }
  }

  private void scan(BlockSource source, List<Place> places) throws IOException {
    for (int block = 0; block < source.blockCount(); block++) {
      for (int row = 0; row < source.rowCount(block); row++) {
        addIfThere(source, block, row, places, Tombstones.NONE);
      }
    }
  }

  private void addIfThere(
      BlockSource source, int block, int row, List<Place> places, Tombstones tombstones)
      throws IOException {
    if (!isWanted(source.read(block, snapshot.schema().field(column).id()), row)) {
      return;
    }
    RowKey key =
        new RowKey(
            longAt(source, block, snapshot.schema().timeFieldId(), row),
            longAt(source, block, HiddenField.WRITER.id(), row),
            longAt(source, block, HiddenField.SEQUENCE.id(), row));
    if (key.time() >= snapshot.floor() && !tombstones.contains(key.writer(), key.sequence())) {
      places.add(new Place(source, block, row, key));
    }
  }

  private boolean isWanted(Column ids, int row) {
    if (ids.isNull(row)) {
      return false;
    }
    if (ids instanceof LongColumn values) {
      return values.get(row) == number;
    }
    if (ids instanceof BinaryColumn values) {
      return Arrays.equals(
          values.bytes(), values.start(row), values.end(row), bytes, 0, bytes.length);
    }
    io.varve.column.DictionaryColumn coded = (io.varve.column.DictionaryColumn) ids;
    return Arrays.equals(coded.dictionary().get(coded.code(row)), bytes);
  }

  private static long longAt(BlockSource source, int block, int fieldId, int row)
      throws IOException {
    return ((LongColumn) source.read(block, fieldId)).get(row);
  }
}
