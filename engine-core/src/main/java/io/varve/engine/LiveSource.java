package io.varve.engine;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.ZoneMap;
import io.varve.schema.Schema;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A source without its deleted rows. Blocks without any are passed on as they are. Confined. */
final class LiveSource implements BlockSource {

  private final BlockSource source;
  private final LiveRows live;
  private final int[] blocks; // those with rows, by their number in the source
  private final Map<Integer, Column> columns = new HashMap<>();

  LiveSource(BlockSource source, LiveRows live) {
    this.source = source;
    this.live = live;
    this.blocks =
        java.util.stream.IntStream.range(0, source.blockCount())
            .filter(block -> !isEmpty(live.rowsOf(block)))
            .toArray();
  }

  private static boolean isEmpty(int @Nullable [] rows) {
    return rows != null && rows.length == 0;
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public Schema schema() {
    return source.schema();
  }

  @Override
  public int blockCount() {
    return blocks.length;
  }

  @Override
  public int rowCount(int block) {
    int[] rows = live.rowsOf(blocks[block]);
    return rows == null ? source.rowCount(blocks[block]) : rows.length;
  }

  @Override
  public @Nullable ZoneMap zoneMap(int block, int fieldId) throws IOException {
    return live.rowsOf(blocks[block]) == null ? source.zoneMap(blocks[block], fieldId) : null;
  }

  @Override
  public Column read(int block, int fieldId) throws IOException {
    int inner = blocks[block];
    Column all = source.read(inner, fieldId);
    int[] rows = live.rowsOf(inner);
    if (rows == null) {
      return all;
    }
    Column kept = columns.get(fieldId);
    if (kept == null || !Column.areAlike(kept, all)) {
      kept = all.newEmpty();
      columns.put(fieldId, kept);
    }
    kept.clear();
    for (int row : rows) {
      kept.appendFrom(all, row);
    }
    return kept;
  }

  @Override
  public void readRow(int block, int fieldId, int row, Column into) throws IOException {
    int[] rows = live.rowsOf(blocks[block]);
    source.readRow(blocks[block], fieldId, rows == null ? row : rows[row], into);
  }

  @Override
  public @Nullable Column distinctValues(int fieldId) throws IOException {
    return source.distinctValues(fieldId);
  }

  @Override
  public long @Nullable [] blocksOf(int fieldId, int code) throws IOException {
    return remaining(source.blocksOf(fieldId, code));
  }

  @Override
  public long @Nullable [] blocksThatMayHold(int fieldId, byte[] value) throws IOException {
    return remaining(source.blocksThatMayHold(fieldId, value));
  }

  @Override
  public long @Nullable [] blocksThatMayHold(int fieldId, long value) throws IOException {
    return remaining(source.blocksThatMayHold(fieldId, value));
  }

  private long @Nullable [] remaining(long @Nullable [] inner) {
    if (inner == null || blocks.length == source.blockCount()) {
      return inner;
    }
    long[] bits = new long[(blocks.length + 63) / 64];
    for (int block = 0; block < blocks.length; block++) {
      int at = Objects.checkIndex(blocks[block], inner.length * 64);
      if ((inner[at >>> 6] & 1L << at) != 0) {
        bits[block >>> 6] |= 1L << block;
      }
    }
    return bits;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
