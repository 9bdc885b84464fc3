package io.varve.segment;

import io.varve.column.ZoneMap;
import io.varve.encoding.ZoneMapSerializer;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import io.varve.schema.SchemaSerializer;
import io.varve.schema.Storage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The footer of a segment: what it is and where everything lies. Immutable.
 *
 * @param info what the segment says of itself
 * @param schema that it was written with
 * @param columns the columns of the schema in order, then the hidden ones
 * @param projections groups of the rows
 */
record SegmentFooter(
    SegmentInfo info, Schema schema, List<ColumnEntry> columns, List<ProjectionEntry> projections) {

  private static final int REPLACED_SEGMENT = 1;
  private static final int REPLACED_TAIL_RANGE = 2;

  SegmentFooter {
    columns = List.copyOf(columns);
    projections = List.copyOf(projections);
  }

  /** Appends the footer without its trailer. */
  void write(BytesWriter out) {
    SegmentOrigin origin = info.origin();
    out.writeLong(origin.tableId().getMostSignificantBits());
    out.writeLong(origin.tableId().getLeastSignificantBits());
    out.writeLong(origin.writer());
    out.writeLong(info.rowCount());
    out.writeLong(info.minTime()).writeLong(info.maxTime());
    out.writeLong(info.minLayer()).writeLong(info.maxLayer());
    out.writeInt(info.writers().size());
    info.writers().forEach(out::writeLong);
    out.writeString(origin.partition());
    out.writeInt(origin.replaces().size());
    for (Replaced replaced : origin.replaces()) {
      if (replaced instanceof Replaced.TailRange range) {
        out.writeByte(REPLACED_TAIL_RANGE).writeString(range.file());
        out.writeLong(range.from()).writeLong(range.to());
      } else {
        out.writeByte(REPLACED_SEGMENT).writeString(replaced.file());
      }
    }
    SchemaSerializer.write(schema, out);
    out.writeShort(columns.size());
    for (ColumnEntry column : columns) {
      write(column, out);
    }
    out.writeShort(projections.size());
    for (ProjectionEntry projection : projections) {
      projection.write(out);
    }
  }

  static void write(ColumnEntry column, BytesWriter out) {
    out.writeShort(column.fieldId()).writeByte(column.storage().number());
    out.writeByte(column.parts().size());
    write(column.chunk(), out);
    write(column.index(), out);
    out.writeInt(column.dictionarySize());
    column
        .parts()
        .forEach(
            (part, extent) -> {
              out.writeByte(part.number());
              write(extent, out);
            });
    ZoneMapSerializer.write(column.zoneMap(), out);
  }

  private static void write(ColumnEntry.Extent extent, BytesWriter out) {
    out.writeLong(extent.offset()).writeLong(extent.length());
  }

  /**
   * Reads a footer whose checksum has been checked.
   *
   * @param dataEnd where the footer begins in the file: everything else ends before
   */
  static SegmentFooter read(BytesReader in, long dataEnd, long fileBytes)
      throws CorruptFileException {
    UUID tableId = new UUID(in.readLong(), in.readLong());
    long writer = in.readLong();
    long rowCount = in.readLong();
    if (rowCount < 1 || rowCount > (long) SegmentFormat.MAX_BLOCKS * 1024) {
      throw in.corrupt("1 to 67,108,864 rows", String.valueOf(rowCount));
    }
    long minTime = in.readLong();
    long maxTime = in.readLong();
    long minLayer = in.readLong();
    long maxLayer = in.readLong();
    List<Long> writers = new ArrayList<>();
    for (int left = in.readCount(in.remaining() / 8); left > 0; left--) {
      writers.add(in.readLong());
    }
    String partition = in.readString();
    SegmentOrigin origin = new SegmentOrigin(tableId, partition, writer, readReplaced(in));
    Schema schema = SchemaSerializer.read(in);
    SegmentInfo info =
        new SegmentInfo(
            origin,
            schema.version(),
            rowCount,
            minTime,
            maxTime,
            writers,
            minLayer,
            maxLayer,
            fileBytes);
    List<ColumnEntry> columns = new ArrayList<>();
    for (int left = in.readShort(); left > 0; left--) {
      columns.add(readColumn(in, dataEnd, rowCount));
    }
    requireColumns(in, schema, columns);
    List<ProjectionEntry> projections = new ArrayList<>();
    for (int left = in.readShort(); left > 0; left--) {
      projections.add(ProjectionEntry.read(in, dataEnd, rowCount, schema));
    }
    in.expectEnd();
    return new SegmentFooter(info, schema, columns, projections);
  }

  /** Checks that the columns are those of the schema in order and then the hidden ones. */
  private static void requireColumns(BytesReader in, Schema schema, List<ColumnEntry> columns)
      throws CorruptFileException {
    HiddenField[] hidden = HiddenField.values();
    int expected = schema.size() + hidden.length;
    if (columns.size() != expected) {
      throw in.corrupt(expected + " columns", String.valueOf(columns.size()));
    }
    for (int i = 0; i < expected; i++) {
      boolean own = i >= schema.size();
      int fieldId = own ? hidden[i - schema.size()].id() : schema.field(i).id();
      Storage storage = own ? Storage.LONG : schema.storage(i);
      ColumnEntry column = columns.get(i);
      if (column.fieldId() != fieldId || column.storage() != storage) {
        throw in.corrupt(
            "column " + fieldId + " of storage " + storage,
            "column " + column.fieldId() + " of storage " + column.storage());
      }
    }
  }

  private static List<Replaced> readReplaced(BytesReader in) throws CorruptFileException {
    List<Replaced> replaces = new ArrayList<>();
    for (int left = in.readCount(in.remaining()); left > 0; left--) {
      int kind = in.readByte();
      String file = in.readString();
      if (kind == REPLACED_SEGMENT) {
        replaces.add(new Replaced.Segment(file));
      } else if (kind == REPLACED_TAIL_RANGE) {
        long from = in.readLong();
        long to = in.readLong();
        if (from < 0 || to < from) {
          throw in.corrupt("a range", "[" + from + ", " + to + ")");
        }
        replaces.add(new Replaced.TailRange(file, from, to));
      } else {
        throw in.corrupt("a replaced segment (1) or tail range (2)", String.valueOf(kind));
      }
    }
    return List.copyOf(replaces);
  }

  static ColumnEntry readColumn(BytesReader in, long dataEnd, long rows)
      throws CorruptFileException {
    int fieldId = in.readShort();
    Storage storage = readStorage(in);
    int partCount = in.readByte();
    ColumnEntry.Extent chunk = readExtent(in, dataEnd);
    ColumnEntry.Extent index = readExtent(in, dataEnd);
    int dictionarySize = in.readCount((int) rows);
    Map<Part, ColumnEntry.Extent> parts = readParts(in, partCount, dataEnd);
    requireParts(in, storage, dictionarySize, parts.keySet());
    ZoneMap zoneMap = ZoneMapSerializer.read(in, storage, rows);
    return new ColumnEntry(fieldId, storage, chunk, index, dictionarySize, parts, zoneMap);
  }

  private static Map<Part, ColumnEntry.Extent> readParts(BytesReader in, int count, long dataEnd)
      throws CorruptFileException {
    Map<Part, ColumnEntry.Extent> parts = new EnumMap<>(Part.class);
    int before = 0;
    for (int left = count; left > 0; left--) {
      int number = in.readByte();
      if (number <= before || !Part.isKnown(number)) {
        throw in.corrupt("a part after number " + before, "number " + number);
      }
      before = number;
      ColumnEntry.Extent extent = readExtent(in, dataEnd);
      if (extent.length() < SegmentFormat.CHECKSUM_BYTES) {
        throw in.corrupt("a part with a checksum", extent.length() + " bytes");
      }
      parts.put(Part.ofNumber(number), extent);
    }
    return parts;
  }

  private static void requireParts(
      BytesReader in, Storage storage, int dictionarySize, Set<Part> parts)
      throws CorruptFileException {
    boolean coded = dictionarySize > 0;
    boolean codable = storage == Storage.BINARY || storage == Storage.LONG;
    if (coded != parts.contains(Part.DICTIONARY)
        || (!coded && (parts.contains(Part.LISTS) || parts.contains(Part.COUNTS)))
        || (!codable && !parts.isEmpty())) {
      throw in.corrupt(
          "parts that go with " + dictionarySize + " distinct values of " + storage,
          parts.toString());
    }
  }

  private static Storage readStorage(BytesReader in) throws CorruptFileException {
    int number = in.readByte();
    try {
      return Storage.ofNumber(number);
    } catch (IllegalArgumentException unknown) {
      throw in.corrupt("a storage of 1 to 4", String.valueOf(number));
    }
  }

  private static ColumnEntry.Extent readExtent(BytesReader in, long dataEnd)
      throws CorruptFileException {
    long offset = in.readLong();
    long length = in.readLong();
    if (length < 0 || offset < 0 || length > dataEnd || offset > dataEnd - length) {
      throw in.corrupt("bytes before " + dataEnd, length + " bytes at " + offset);
    }
    return new ColumnEntry.Extent(offset, length);
  }
}
