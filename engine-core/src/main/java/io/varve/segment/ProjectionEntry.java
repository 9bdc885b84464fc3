package io.varve.segment;

import io.varve.column.Preaggregation.Role;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the footer says of a projection. Immutable.
 *
 * @param name of the projection
 * @param timeBucket the span of time that is a key; empty if none is
 * @param timeZone the zone that spans of time are cut in
 * @param groupCount number of groups
 * @param columns the columns of the groups
 */
record ProjectionEntry(
    String name, String timeBucket, String timeZone, int groupCount, List<OfColumn> columns) {

  ProjectionEntry {
    columns = List.copyOf(columns);
  }

  /**
   * A column of the groups.
   *
   * @param role what it says
   * @param entry where it lies; its field id is that of the column that it says something of
   */
  record OfColumn(Role role, ColumnEntry entry) {}

  void write(BytesWriter out) {
    out.writeString(name).writeString(timeBucket).writeString(timeZone).writeInt(groupCount);
    out.writeShort(columns.size());
    for (OfColumn column : columns) {
      out.writeByte(column.role.number());
      SegmentFooter.write(column.entry, out);
    }
  }

  static ProjectionEntry read(BytesReader in, long dataEnd, long rows, Schema schema)
      throws CorruptFileException {
    String name = in.readString();
    String timeBucket = in.readString();
    String timeZone = in.readString();
    int groups = in.readCount((int) rows);
    if (groups == 0) {
      throw in.corrupt("at least one group", "none");
    }
    List<OfColumn> columns = new ArrayList<>();
    Set<Integer> seen = new HashSet<>();
    for (int left = in.readShort(); left > 0; left--) {
      int number = in.readByte();
      if (!Role.isKnown(number)) {
        throw in.corrupt("a role of 1 to 7", String.valueOf(number));
      }
      Role role = Role.ofNumber(number);
      ColumnEntry entry = SegmentFooter.readColumn(in, dataEnd, groups);
      Storage expected = storage(role, entry.fieldId(), schema);
      if (entry.storage() != expected || !seen.add((number << 16) | entry.fieldId())) {
        throw in.corrupt(
            "one column of storage " + expected + " for " + role + " of " + entry.fieldId(),
            "another of " + entry.storage());
      }
      columns.add(new OfColumn(role, entry));
    }
    if (!seen.contains(Role.ROWS.number() << 16)) {
      throw in.corrupt("a projection with numbers of rows", "none");
    }
    return new ProjectionEntry(name, timeBucket, timeZone, groups, columns);
  }

  /** Returns the storage of a column of the groups, null if there can be none. */
  private static @Nullable Storage storage(Role role, int fieldId, Schema schema) {
    if (role == Role.ROWS) {
      return fieldId == 0 ? Storage.LONG : null;
    }
    OptionalInt index = schema.find(fieldId);
    if (index.isEmpty()) {
      return null;
    }
    Storage own = schema.storage(index.getAsInt());
    return switch (role) {
      case ROWS, COUNT -> Storage.LONG;
      case KEY, MIN, MAX -> own;
      case SUM -> own == Storage.LONG ? Storage.PAIR : own == Storage.DOUBLE ? own : null;
      case SUM_LOW -> own == Storage.DOUBLE ? own : null;
    };
  }
}
