package io.varve.segment;

import io.varve.column.Column;
import io.varve.column.Preaggregation;
import io.varve.column.ZoneMap;
import io.varve.encoding.BlockDecoder;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** A projection in a segment, of which only what is asked for is read. Confined. */
final class StoredProjection implements Preaggregation {

  private final ProjectionEntry entry;
  private final Map<Integer, ColumnReader> columns = new HashMap<>();

  StoredProjection(ProjectionEntry entry, SegmentFile file, BlockDecoder decoder) {
    this.entry = entry;
    for (ProjectionEntry.OfColumn column : entry.columns()) {
      columns.put(
          key(column.role(), column.entry().fieldId()),
          new ColumnReader(file, column.entry(), decoder, entry.groupCount()));
    }
  }

  private static int key(Role role, int fieldId) {
    return (role.number() << 16) | fieldId;
  }

  ProjectionEntry entry() {
    return entry;
  }

  @Override
  public String name() {
    return entry.name();
  }

  @Override
  public String timeBucket() {
    return entry.timeBucket();
  }

  @Override
  public String timeZone() {
    return entry.timeZone();
  }

  @Override
  public int groupCount() {
    return entry.groupCount();
  }

  @Override
  public boolean has(Role role, int fieldId) {
    return columns.containsKey(key(role, fieldId));
  }

  @Override
  public ZoneMap zoneMap(int block, Role role, int fieldId) throws IOException {
    return column(role, fieldId).zoneMap(block);
  }

  @Override
  public Column read(int block, Role role, int fieldId) throws IOException {
    return column(role, fieldId).read(block);
  }

  @Override
  public boolean find(int block, int keyFieldId, byte[] value, long[] bits) throws IOException {
    ColumnReader keys = column(Role.KEY, keyFieldId);
    if (keys.entry().dictionarySize() > 0) {
      return false; // codes are found faster than values
    }
    keys.find(block, value, bits);
    return true;
  }

  @Override
  public Column readFew(int block, Role role, int fieldId, int[] rows, int count)
      throws IOException {
    ColumnReader column = column(role, fieldId);
    Column few = Column.create(column.entry().storage());
    for (int n = 0; n < count; n++) {
      column.readRow(block, rows[n], few);
    }
    return few;
  }

  private ColumnReader column(Role role, int fieldId) {
    return Objects.requireNonNull(columns.get(key(role, fieldId)));
  }

  void verify() throws IOException {
    for (ColumnReader column : columns.values()) {
      column.verify();
    }
  }
}
