package io.varve.segment;

import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.LongColumn;
import io.varve.column.Preaggregation;
import io.varve.column.ZoneMap;
import java.util.Objects;

/** The values of a tally column as groups: each with its number of rows, and one for null. */
final class TallyRows implements Preaggregation {

  private final int fieldId;
  private final Column distinct;
  private final int[] counts;
  private final ZoneMap zoneMap;

  TallyRows(int fieldId, Column distinct, int[] counts, ZoneMap zoneMap) {
    this.fieldId = fieldId;
    this.distinct = distinct;
    this.counts = counts;
    this.zoneMap = zoneMap;
  }

  @Override
  public String name() {
    return "tally";
  }

  @Override
  public String timeBucket() {
    return "";
  }

  @Override
  public String timeZone() {
    return "";
  }

  @Override
  public int groupCount() {
    return counts.length + (zoneMap.nulls() > 0 ? 1 : 0);
  }

  @Override
  public boolean has(Role role, int ofFieldId) {
    return role == Role.ROWS || (role == Role.KEY && ofFieldId == fieldId);
  }

  @Override
  public ZoneMap zoneMap(int block, Role role, int ofFieldId) {
    return zoneMap;
  }

  @Override
  public Column read(int block, Role role, int ofFieldId) {
    Objects.checkIndex(block, blockCount());
    int from = block * BlockSource.MAX_BLOCK_ROWS;
    int to = Math.min(groupCount(), from + BlockSource.MAX_BLOCK_ROWS);
    return role == Role.ROWS ? rows(from, to) : keys(from, to);
  }

  private Column rows(int from, int to) {
    LongColumn rows = new LongColumn();
    for (int group = from; group < to; group++) {
      rows.append(group < counts.length ? counts[group] : zoneMap.nulls());
    }
    return rows;
  }

  private Column keys(int from, int to) {
    if (distinct instanceof LongColumn values) {
      LongColumn keys = new LongColumn();
      for (int group = from; group < to; group++) {
        if (group < counts.length) {
          keys.append(values.get(group));
        } else {
          keys.appendNull();
        }
      }
      return keys;
    }
    DictionaryColumn keys = new DictionaryColumn((BinaryColumn) distinct);
    for (int group = from; group < to; group++) {
      if (group < counts.length) {
        keys.append(group);
      } else {
        keys.appendNull();
      }
    }
    return keys;
  }
}
