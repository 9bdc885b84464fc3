package io.varve.query;

import io.varve.column.Column;
import io.varve.column.EncodedLongs;
import io.varve.column.LongColumn;
import io.varve.column.NullMask;
import io.varve.column.ZoneMap;
import java.util.Arrays;

/**
 * Keys that are integers: numbered in the order in which they are met, from 1; 0 is null. Small
 * non-negative ones find their number in a table, others in an interner.
 */
final class LongKey extends KeyReader {

  /** Values below are looked up in a table: codes, statuses, hours. */
  private static final int TABLE_SIZE = 1 << 12;

  private final LongInterner interner = new LongInterner();

  /** The word of each small value, zero if it has none yet. */
  private final int[] wordOfSmall = new int[TABLE_SIZE];

  LongKey(int fieldId) {
    super(fieldId, 1);
  }

  @Override
  int idCount() {
    return interner.size() + 1;
  }

  @Override
  boolean readConstant(ZoneMap zone, long[] key, int at) {
    if (zone.nulls() == zone.rows()) {
      key[at] = 0;
      return true;
    }
    if (zone.nulls() == 0 && zone instanceof ZoneMap.OfLong map && map.min() == map.max()) {
      key[at] = word(map.min());
      return true;
    }
    return false;
  }

  @Override
  boolean readMostly(Column column, long[] key, int at, long[] others) {
    EncodedLongs encoded = ((LongColumn) column).encoded();
    if (encoded == null || !encoded.isMostlyOne()) {
      return false;
    }
    key[at] = word(encoded.mostly(others));
    return true;
  }

  private int word(long value) {
    if (value < 0 || value >= TABLE_SIZE) {
      return interner.idOf(value) + 1;
    }
    int word = wordOfSmall[(int) value];
    if (word == 0) {
      word = interner.idOf(value) + 1;
      wordOfSmall[(int) value] = word;
    }
    return word;
  }

  @Override
  void read(Column column, int[] rows, int count, long[][] words, int at) {
    long[] values = ((LongColumn) column).values();
    NullMask nulls = column.nulls();
    boolean nullable = nulls.nullCount() != 0;
    long[] target = words[at];
    for (int n = 0; n < count; n++) {
      int row = rows[n];
      target[n] = nullable && nulls.isNull(row) ? 0 : word(values[row]);
    }
  }

  @Override
  Value value(long[] key, int at) {
    return key[at] == 0 ? Value.NULL : new Value.OfLong(interner.get((int) key[at] - 1));
  }

  @Override
  void clear() {
    interner.clear();
    Arrays.fill(wordOfSmall, 0);
  }
}
