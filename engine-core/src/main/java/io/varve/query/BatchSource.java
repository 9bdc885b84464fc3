package io.varve.query;

import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.DoubleColumn;
import io.varve.column.LongColumn;
import io.varve.column.RowBatch;
import io.varve.column.ZoneMap;
import io.varve.encoding.ZoneMaps;
import io.varve.schema.Schema;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a batch in memory as blocks of 1,024, with zone maps computed when asked for. The
 * rows are those there when it is created, and the batch must not be cleared while it is used; rows
 * may be added. Confined to one thread.
 */
public final class BatchSource implements BlockSource {

  private final String name;
  private final RowBatch batch;
  private final int rows;
  private final Map<Integer, DictionaryColumn> coded = new HashMap<>();
  private final Map<Integer, Column> slices = new HashMap<>();
  private final Map<Integer, ZoneMap[]> zoneMaps = new HashMap<>();

  /** Creates a source of the rows of a batch as they are. */
  public BatchSource(String name, RowBatch batch) {
    this(name, batch, Set.of());
  }

  /**
   * Creates a source that gives some columns as codes of a dictionary.
   *
   * @param dictionaryFieldIds ids of columns of {@link io.varve.schema.Storage#BINARY}
   */
  public BatchSource(String name, RowBatch batch, Set<Integer> dictionaryFieldIds) {
    this.name = name;
    this.batch = batch;
    this.rows = batch.rowCount();
    for (int fieldId : dictionaryFieldIds) {
      Column column = batch.byFieldId(fieldId);
      coded.put(
          fieldId,
          column instanceof DictionaryColumn codes ? codes : encode((BinaryColumn) column, rows));
    }
  }

  private static DictionaryColumn encode(BinaryColumn values, int rows) {
    BinaryInterner interner = new BinaryInterner();
    int[] codes = new int[rows];
    for (int row = 0; row < rows; row++) {
      codes[row] =
          values.isNull(row)
              ? -1
              : interner.idOf(values.bytes(), values.start(row), values.end(row));
    }
    DictionaryColumn column = new DictionaryColumn(interner.values());
    for (int code : codes) {
      if (code < 0) {
        column.appendNull();
      } else {
        column.append(code);
      }
    }
    return column;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Schema schema() {
    return batch.schema();
  }

  @Override
  public int blockCount() {
    return (rows + MAX_BLOCK_ROWS - 1) / MAX_BLOCK_ROWS;
  }

  @Override
  public int rowCount(int block) {
    int from = Objects.checkIndex(block, blockCount()) * MAX_BLOCK_ROWS;
    return Math.min(MAX_BLOCK_ROWS, rows - from);
  }

  @Override
  public ZoneMap zoneMap(int block, int fieldId) {
    ZoneMap[] maps = zoneMaps.computeIfAbsent(fieldId, id -> new ZoneMap[blockCount()]);
    ZoneMap map = maps[block];
    if (map == null) {
      int from = block * MAX_BLOCK_ROWS;
      map = ZoneMaps.of(batch.byFieldId(fieldId), from, rowCount(block));
      maps[block] = map;
    }
    return map;
  }

  @Override
  public Column read(int block, int fieldId) {
    int from = block * MAX_BLOCK_ROWS;
    int count = rowCount(block);
    DictionaryColumn codes = coded.get(fieldId);
    Column column = codes != null ? codes : batch.byFieldId(fieldId);
    if (from == 0 && column.size() == count) {
      return column;
    }
    Column slice = slices.computeIfAbsent(fieldId, id -> column.newEmpty());
    slice.clear();
    copy(column, from, count, slice);
    return slice;
  }

  private static void copy(Column column, int from, int count, Column slice) {
    if (column.nulls().nullCount() == 0) {
      if (column instanceof LongColumn longs) {
        long[] target = ((LongColumn) slice).appendUninitialized(count);
        System.arraycopy(longs.values(), from, target, 0, count);
        return;
      }
      if (column instanceof DictionaryColumn codes) {
        int[] target = ((DictionaryColumn) slice).appendUninitialized(count);
        System.arraycopy(codes.codes(), from, target, 0, count);
        return;
      }
      if (column instanceof DoubleColumn doubles) {
        double[] target = ((DoubleColumn) slice).appendUninitialized(count);
        System.arraycopy(doubles.values(), from, target, 0, count);
        return;
      }
    }
    for (int row = from; row < from + count; row++) {
      slice.appendFrom(column, row);
    }
  }

  @Override
  public @Nullable BinaryColumn distinctValues(int fieldId) {
    DictionaryColumn column = coded.get(fieldId);
    return column == null ? null : column.dictionary();
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return name + " with " + rows + " rows, coded " + Arrays.toString(coded.keySet().toArray());
  }
}
