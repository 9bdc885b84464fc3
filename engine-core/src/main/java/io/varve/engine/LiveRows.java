package io.varve.engine;

import io.varve.column.BlockSource;
import io.varve.column.LongColumn;
import io.varve.column.ZoneMap;
import io.varve.schema.HiddenField;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which rows of a source are not deleted. Immutable. */
final class LiveRows {

  private final Tombstones tombstones;
  private final List<int @Nullable []> rowsOfBlocks; // null where every row of a block is there
  private final List<RowId> deleted;

  private LiveRows(
      Tombstones tombstones, List<int @Nullable []> rowsOfBlocks, List<RowId> deleted) {
    this.tombstones = tombstones;
    this.rowsOfBlocks = rowsOfBlocks;
    this.deleted = List.copyOf(deleted);
  }

  static LiveRows of(BlockSource source, Tombstones tombstones) throws IOException {
    List<int @Nullable []> rows = new ArrayList<>();
    List<RowId> deleted = new ArrayList<>();
    for (int block = 0; block < source.blockCount(); block++) {
      rows.add(liveRows(source, block, tombstones, deleted));
    }
    return new LiveRows(tombstones, rows, deleted);
  }

  private static int @Nullable [] liveRows(
      BlockSource source, int block, Tombstones tombstones, List<RowId> deleted)
      throws IOException {
    ZoneMap writers = source.zoneMap(block, HiddenField.WRITER.id());
    ZoneMap sequences = source.zoneMap(block, HiddenField.SEQUENCE.id());
    if (writers instanceof ZoneMap.OfLong writer
        && sequences instanceof ZoneMap.OfLong sequence
        && writer.min() == writer.max()
        && !tombstones.mayHold(writer.min(), sequence.min(), sequence.max())) {
      return null;
    }
    LongColumn writerOf = (LongColumn) source.read(block, HiddenField.WRITER.id());
    LongColumn sequenceOf = (LongColumn) source.read(block, HiddenField.SEQUENCE.id());
    int count = source.rowCount(block);
    int[] kept = new int[count];
    int size = 0;
    for (int row = 0; row < count; row++) {
      if (tombstones.contains(writerOf.get(row), sequenceOf.get(row))) {
        deleted.add(new RowId(writerOf.get(row), sequenceOf.get(row)));
      } else {
        kept[size++] = row;
      }
    }
    return size == count ? null : Arrays.copyOf(kept, size);
  }

  boolean isOf(Tombstones others) {
    return tombstones == others;
  }

  boolean isEverything() {
    return deleted.isEmpty();
  }

  /** Returns the deleted rows. */
  List<RowId> deleted() {
    return deleted;
  }

  /** Returns the rows of a block that are there; null for all. */
  int @Nullable [] rowsOf(int block) {
    return rowsOfBlocks.get(block);
  }
}
