package io.varve.query;

import io.varve.column.Column;
import io.varve.column.LongColumn;
import io.varve.column.ZoneMap;
import java.time.ZoneId;

/** Keys that are spans of the time column, numbered in the order in which they are met. */
final class TimeKey extends KeyReader {

  private final TimeBucketCutter cutter;
  private final LongInterner interner = new LongInterner();

  TimeKey(int fieldId, TimeBucketCutter cutter) {
    super(fieldId, 1);
    this.cutter = cutter;
  }

  TimeBucket bucket() {
    return cutter.bucket();
  }

  ZoneId zone() {
    return cutter.zone();
  }

  @Override
  int idCount() {
    return interner.size();
  }

  @Override
  boolean readConstant(ZoneMap zone, long[] key, int at) {
    if (!(zone instanceof ZoneMap.OfLong map) || map.nulls() != 0) {
      return false;
    }
    long start = cutter.startOf(map.min());
    if (map.max() > cutter.runLast()) {
      return false;
    }
    key[at] = interner.idOf(start);
    return true;
  }

  @Override
  void read(Column column, int[] rows, int count, long[][] words, int at) {
    long[] values = ((LongColumn) column).values();
    long[] target = words[at];
    long first = 1;
    long last = 0;
    int word = 0;
    for (int n = 0; n < count; n++) {
      long time = values[rows[n]];
      if (time < first || time > last) {
        word = interner.idOf(cutter.startOf(time));
        first = cutter.runFirst();
        last = cutter.runLast();
      }
      target[n] = word;
    }
  }

  @Override
  Value value(long[] key, int at) {
    return new Value.OfLong(interner.get((int) key[at]));
  }

  @Override
  void clear() {
    interner.clear();
  }
}
