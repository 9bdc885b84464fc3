package io.varve.tail;

import io.varve.column.BlockSource;
import io.varve.column.ZoneMap;
import io.varve.encoding.ZoneMapSerializer;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.schema.Field;
import io.varve.schema.HiddenField;
import io.varve.schema.Storage;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A frame without its blocks. Immutable.
 *
 * @param frame what it says of itself
 * @param columns where each column's block is
 */
record FrameHead(TailFrame frame, List<FrameColumn> columns) {

  FrameHead {
    columns = List.copyOf(columns);
  }

  /**
   * One column of a frame.
   *
   * @param start where its block begins, from the start of the frame; zero when it is written
   * @param length of its block
   * @param zoneMap null in frames of few rows
   */
  record FrameColumn(
      int fieldId, Storage storage, int start, int length, @Nullable ZoneMap zoneMap) {}

  @Nullable FrameColumn find(int fieldId) {
    for (FrameColumn column : columns) {
      if (column.fieldId == fieldId) {
        return column;
      }
    }
    return null;
  }

  /** Appends what stands between the checksum and the blocks. */
  void write(BytesWriter out) {
    write(frame, columns.size(), out);
    for (FrameColumn column : columns) {
      write(column.fieldId, column.storage, column.length, out);
      if (column.zoneMap != null) {
        ZoneMapSerializer.write(column.zoneMap, out);
      }
    }
  }

  /** Appends what stands before the columns. */
  static void write(TailFrame frame, int columnCount, BytesWriter out) {
    out.writeLong(frame.writer()).writeLong(frame.layer()).writeLong(frame.firstSequence());
    out.writeInt(frame.rows()).writeInt(frame.schemaVersion()).writeShort(columnCount);
    boolean zoneMaps = frame.rows() >= TailFormat.MIN_ZONE_MAP_ROWS;
    out.writeByte(zoneMaps ? TailFormat.ZONE_MAPS_FLAG : 0).writeByte(0);
    out.writeLong(frame.previous());
    out.writeString(frame.partition());
  }

  /** Appends a column without its zone map. */
  static void write(int fieldId, Storage storage, int length, BytesWriter out) {
    out.writeShort(fieldId).writeByte(storage.number()).writeByte(0);
    out.writeInt(length);
  }

  /**
   * Reads the head of a frame whose checksum has been checked, from after the checksum.
   *
   * @param in ends before the frame's trailer
   * @param frameBytes the length of the frame without its trailer
   */
  static FrameHead read(BytesReader in, long offset, int frameBytes) throws CorruptFileException {
    long writer = in.readLong();
    long layer = in.readLong();
    long firstSequence = in.readLong();
    int rows = in.readCount(BlockSource.MAX_BLOCK_ROWS);
    int schemaVersion = in.readInt();
    if (schemaVersion < 1) {
      throw in.corrupt("a schema version from 1", String.valueOf(schemaVersion));
    }
    int columnCount = in.readShort();
    int flags = in.readByte();
    if (rows == 0 || flags > TailFormat.ZONE_MAPS_FLAG || in.readByte() != 0) {
      throw in.corrupt("rows, flags 0 or 1, zero", rows + " rows, flags " + flags);
    }
    long previous = in.readLong();
    if (previous < 0 || previous > offset) {
      throw in.corrupt("a frame end at or before byte " + offset, String.valueOf(previous));
    }
    String partition = in.readString();
    List<FrameColumn> columns = new ArrayList<>();
    for (int i = 0; i < columnCount; i++) {
      columns.add(readColumn(in, rows, flags == TailFormat.ZONE_MAPS_FLAG));
    }
    requireColumns(in, columns);
    TailFrame frame =
        new TailFrame(
            offset,
            offset + frameBytes + TailFormat.TRAILER_BYTES,
            writer,
            layer,
            firstSequence,
            rows,
            schemaVersion,
            previous,
            partition);
    return new FrameHead(frame, place(in, columns, frameBytes));
  }

  private static FrameColumn readColumn(BytesReader in, int rows, boolean zoneMaps)
      throws CorruptFileException {
    int fieldId = in.readShort();
    int number = in.readByte();
    if (number < 1 || number > Storage.values().length || in.readByte() != 0) {
      throw in.corrupt("a storage of 1 to 4 and zero", String.valueOf(number));
    }
    Storage storage = Storage.ofNumber(number);
    int length = in.readCount(in.remaining());
    ZoneMap zoneMap = zoneMaps ? ZoneMapSerializer.read(in, storage, rows) : null;
    return new FrameColumn(fieldId, storage, 0, length, zoneMap);
  }

  /** Checks that the columns are users' ones, each once, and then the sequence. */
  private static void requireColumns(BytesReader in, List<FrameColumn> columns)
      throws CorruptFileException {
    BitSet ids = new BitSet();
    for (int i = 0; i < columns.size(); i++) {
      FrameColumn column = columns.get(i);
      boolean last = i == columns.size() - 1;
      boolean fits =
          last
              ? column.fieldId == HiddenField.SEQUENCE.id() && column.storage == Storage.LONG
              : column.fieldId >= 1 && column.fieldId <= Field.MAX_ID;
      if (!fits || ids.get(column.fieldId)) {
        throw in.corrupt(
            last ? "the sequence as last column" : "users' columns, each once",
            "column " + column.fieldId + " of storage " + column.storage);
      }
      ids.set(column.fieldId);
    }
    if (columns.isEmpty()) {
      throw in.corrupt("the sequence as last column", "no column");
    }
  }

  private static List<FrameColumn> place(BytesReader in, List<FrameColumn> columns, int frameBytes)
      throws CorruptFileException {
    List<FrameColumn> placed = new ArrayList<>();
    long start = (long) frameBytes - in.remaining();
    for (FrameColumn column : columns) {
      if (column.length > frameBytes - start) {
        throw in.corrupt("blocks within the frame", column.length + " more bytes");
      }
      placed.add(
          new FrameColumn(
              column.fieldId, column.storage, (int) start, column.length, column.zoneMap));
      start += column.length;
    }
    if (start != frameBytes) {
      throw in.corrupt("blocks up to the end of the frame", (frameBytes - start) + " more bytes");
    }
    return List.copyOf(placed);
  }
}
