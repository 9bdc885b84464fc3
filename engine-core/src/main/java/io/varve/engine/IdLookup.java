package io.varve.engine;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.LongColumn;
import io.varve.column.RowBatch;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import io.varve.segment.SegmentReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the rows of an id: unsealed ones by a hash table, sealed ones by the bloom filter and the
 * index of each segment. Of a row that is found only its own values are decoded. Confined.
 */
final class IdLookup {

  private final LogSnapshot snapshot;
  private final WantedId id;
  private final LongColumn number = new LongColumn();

  IdLookup(LogSnapshot snapshot, WantedId id) {
    this.snapshot = snapshot;
    this.id = id;
  }

  /** Where a row of the id is. */
  private record Place(BlockSource source, int block, int row, RowKey key) {}

  /** Returns the names of all rows with the id, which are more than one if it was not unique. */
  List<RowId> rows() throws IOException {
    List<RowId> rows = new ArrayList<>();
    for (Place place : places()) {
      rows.add(new RowId(place.key().writer(), place.key().sequence()));
    }
    return rows;
  }

  /** Returns the newest event with the id, none if there is none. */
  Optional<StoredEvent> newest() throws IOException {
    Place newest = null;
    for (Place place : places()) {
      if (newest == null || place.key().compareTo(newest.key()) > 0) {
        newest = place;
      }
    }
    return newest == null ? Optional.empty() : Optional.of(read(newest));
  }

  private StoredEvent read(Place place) throws IOException {
    Schema schema = snapshot.schema();
    RowBatch batch = new RowBatch(schema);
    BlockSource source = place.source();
    for (int i = 0; i < schema.size(); i++) {
      source.readRow(place.block(), schema.field(i).id(), place.row(), batch.column(i));
    }
    batch.hidden(HiddenField.WRITER).append(place.key().writer());
    batch.hidden(HiddenField.SEQUENCE).append(place.key().sequence());
    source.readRow(
        place.block(), HiddenField.LAYER.id(), place.row(), batch.hidden(HiddenField.LAYER));
    return new StoredEvent(batch, 0);
  }

  private List<Place> places() throws IOException {
    List<Part> parts = snapshot.partsThatMayHold(id);
    if (parts.isEmpty()) {
      return List.of();
    }
    List<Place> places = new ArrayList<>(2);
    for (Part part : parts) {
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

  private void findInMemory(MemoryPart part, List<Place> places) throws IOException {
    GenerationView view = part.view();
    List<Integer> candidates = new ArrayList<>();
    id.forEachIn(view.generation(), candidates::add);
    for (int row : candidates) {
      int chunk = view.chunkOf(row);
      if (chunk >= 0) {
        int at = row - view.startOf(chunk);
        if (id.isAt(view.read(chunk, id.fieldId()), at)) {
          add(view, chunk, at, places, part.tombstones());
        }
      }
    }
  }

  private void findInSegment(SegmentPart part, List<Place> places) throws IOException {
    SegmentReader reader = part.reader();
    for (long row : id.rowsOf(reader)) {
      int block = (int) (row / BlockSource.MAX_BLOCK_ROWS);
      int at = (int) (row % BlockSource.MAX_BLOCK_ROWS);
      add(reader, block, at, places, part.tombstones());
    }
  }

  /** Looks at every row of a tail, which has no index; its source leaves deleted rows out. */
  private void scan(BlockSource source, List<Place> places) throws IOException {
    for (int block = 0; block < source.blockCount(); block++) {
      Column ids = source.read(block, id.fieldId());
      for (int row = 0; row < source.rowCount(block); row++) {
        if (id.isAt(ids, row)) {
          add(source, block, row, places, Tombstones.NONE);
        }
      }
    }
  }

  private void add(
      BlockSource source, int block, int row, List<Place> places, Tombstones tombstones)
      throws IOException {
    long time = longAt(source, block, snapshot.schema().timeFieldId(), row);
    long writer = longAt(source, block, HiddenField.WRITER.id(), row);
    long sequence = longAt(source, block, HiddenField.SEQUENCE.id(), row);
    if (time >= snapshot.floor() && !tombstones.contains(writer, sequence)) {
      places.add(new Place(source, block, row, new RowKey(time, writer, sequence)));
    }
  }

  private long longAt(BlockSource source, int block, int fieldId, int row) throws IOException {
    number.clear();
    source.readRow(block, fieldId, row, number);
    return number.get(0);
  }
}
