package io.varve.engine;

import io.varve.column.ZoneMap;
import io.varve.io.CorruptFileException;
import io.varve.io.FileStore;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import io.varve.segment.BloomFilter;
import io.varve.segment.IdleReaders;
import io.varve.segment.ReaderPool;
import io.varve.segment.SegmentReader;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A sealed file of the log and the readers of it that are open: each serves one query at a time.
 * Opened when first read. Thread-safe.
 */
final class Segment {

  /** Of all logs of the process. */
  private static final ReaderPool POOL = new ReaderPool();

  private final IdleReaders idle = POOL.ofSegment();
  private final FileStore store;
  private final UUID logId;
  private final Schema schema;
  private final SegmentEntry entry;
  private volatile @Nullable LiveRows live;
  private volatile @Nullable IdFilter idFilter;

  Segment(FileStore store, UUID logId, Schema schema, SegmentEntry entry) {
    this.store = store;
    this.logId = logId;
    this.schema = schema;
    this.entry = entry;
  }

  Schema schema() {
    return schema;
  }

  SegmentEntry entry() {
    return entry;
  }

  /** Takes a reader, which must be given back or closed. */
  SegmentReader borrow() throws IOException {
    SegmentReader reader = idle.take();
    if (reader == null) {
      reader = open();
      IdFilter known = idFilter;
      if (known != null && known.bloom() != null) {
        reader.useBloomFilter(known.fieldId(), known.bloom());
      }
    }
    return reader;
  }

  private SegmentReader open() throws IOException {
    SegmentReader reader = SegmentReader.open(store.openSealed(entry.path()), schema);
    boolean same =
        reader.info().origin().tableId().equals(logId)
            && reader.info().rowCount() == entry.rows()
            && reader.info().fileBytes() == entry.bytes();
    if (!same) {
      reader.close();
      throw new CorruptFileException(
          store.describe(entry.path())
              + ": is a segment of log "
              + reader.info().origin().tableId()
              + " with "
              + reader.info().rowCount()
              + " rows, expected one of "
              + logId
              + " with "
              + entry.rows()
              + "; files were copied over one another, restore this one from a backup");
    }
    return reader;
  }

  /** Gives a reader back that no query uses any more. */
  void giveBack(SegmentReader reader) {
    idle.giveBack(reader);
  }

  /** Closes the idle readers, now and whenever one is given back. */
  void drop() {
    idle.close();
  }

  /**
   * Returns false if no row has a value; costs neither a reader nor a lock once the filter of the
   * column has been read.
   *
   * @param fieldId of the id column
   * @param hash of the value, by {@link io.varve.encoding.ValueHash}
   */
  boolean mayHoldId(int fieldId, long hash) throws IOException {
    IdFilter known = idFilter;
    if (known == null || known.fieldId() != fieldId) {
      known = readIdFilter(fieldId);
    }
    return known.bloom() == null || known.bloom().mayContain(hash);
  }

  private IdFilter readIdFilter(int fieldId) throws IOException {
    SegmentReader reader = borrow();
    try {
      IdFilter read = new IdFilter(fieldId, reader.bloomFilter(fieldId));
      idFilter = read;
      return read;
    } finally {
      giveBack(reader);
    }
  }

  /** The bloom filter of the id column, if it has one. */
  private record IdFilter(int fieldId, @Nullable BloomFilter bloom) {}

  /** Returns which rows are not deleted; null if all are there. */
  @Nullable LiveRows liveRows(SegmentReader reader, Tombstones tombstones) throws IOException {
    if (tombstones.isEmpty()
        || !(reader.zoneMap(HiddenField.SEQUENCE.id()) instanceof ZoneMap.OfLong zone)
        || !tombstones.mayHold(reader.info().writers(), zone.min(), zone.max())) {
      return null;
    }
    LiveRows known = live;
    if (known == null || !known.isOf(tombstones)) {
      known = LiveRows.of(reader, tombstones);
      live = known;
    }
    return known.isEverything() ? null : known;
  }
}
