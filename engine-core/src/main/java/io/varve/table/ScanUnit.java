package io.varve.table;

import io.varve.column.BlockSource;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.TailRange;
import java.io.IOException;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** A file, or a range of one, whose rows a snapshot shows: what a scan is made of. Immutable. */
public sealed interface ScanUnit {

  /** Returns the partition's path. */
  String partition();

  /** Returns the file's path relative to the table. */
  String file();

  /** Returns the number of rows, with those that are deleted. */
  long rows();

  /**
   * Returns the number of bytes; of a tail that partitions share, those of others in between are
   * counted too.
   */
  long bytes();

  /**
   * Returns the commit by whose columns and deletes it is read; 0 if it is read by the columns that
   * the table was created with, and nothing of it is deleted.
   */
  long asOf();

  /**
   * Opens it to be read by the table's schema. Deleted rows are left out of what {@link
   * io.varve.query.BoundFilter#select} selects.
   *
   * @param table best the one of the snapshot: others have to read the commit first
   */
  BlockSource open(TableDirectory table) throws IOException;

  /**
   * All rows of a segment.
   *
   * @param partition the partition's path
   * @param segment the segment
   * @param asOf the commit that it is read by, or 0
   */
  record OfSegment(String partition, SegmentRef segment, long asOf) implements ScanUnit {
    @Override
    public String file() {
      return segment.file();
    }

    @Override
    public long rows() {
      return segment.rows();
    }

    @Override
    public long bytes() {
      return segment.bytes();
    }

    @Override
    public BlockSource open(TableDirectory table) throws IOException {
      return table.asOf(asOf).openLive(partition, segment);
    }
  }

  /**
   * The frames of a partition in a range of a tail.
   *
   * @param partition the partition's path
   * @param range the range
   * @param asOf the commit that it is read by, or 0
   */
  record OfTail(String partition, TailRange range, long asOf) implements ScanUnit {
    @Override
    public String file() {
      return range.file();
    }

    @Override
    public long rows() {
      return range.rowCount();
    }

    @Override
    public long bytes() {
      return range.end().offset() - range.start().offset();
    }

    @Override
    public BlockSource open(TableDirectory table) throws IOException {
      return table.asOf(asOf).openLive(partition, range);
    }
  }

  /**
   * The rows of a segment that some writers wrote after some of their layers.
   *
   * @param whole the segment
   * @param newerThan the newest layer that is not wanted, by writer; nothing of other writers is
   */
  record OfNewRows(OfSegment whole, SortedMap<Long, Long> newerThan) implements ScanUnit {

    /** Copies the map. */
    public OfNewRows {
      newerThan = Collections.unmodifiableSortedMap(new TreeMap<>(newerThan));
    }

    @Override
    public String partition() {
      return whole.partition();
    }

    @Override
    public String file() {
      return whole.file();
    }

    /** Returns the number of all rows of the segment. */
    @Override
    public long rows() {
      return whole.rows();
    }

    @Override
    public long bytes() {
      return whole.bytes();
    }

    @Override
    public long asOf() {
      return whole.asOf();
    }

    @Override
    public BlockSource open(TableDirectory table) throws IOException {
      return new NewRowsSource(whole.open(table), newerThan);
    }
  }

  /** Appends a unit to bytes (format.md, "Flink state"). */
  static void write(BytesWriter out, ScanUnit unit) {
    out.writeString(unit.partition()).writeLong(unit.asOf());
    if (unit instanceof OfSegment ofSegment) {
      out.writeByte(1);
      ChangeCodec.write(out, ofSegment.segment());
    } else if (unit instanceof OfTail ofTail) {
      out.writeByte(2);
      ChangeCodec.write(out, ofTail.range());
    } else if (unit instanceof OfNewRows ofNewRows) {
      out.writeByte(3);
      ChangeCodec.write(out, ofNewRows.whole().segment());
      out.writeInt(ofNewRows.newerThan().size());
      ofNewRows.newerThan().forEach((writer, layer) -> out.writeLong(writer).writeLong(layer));
    }
  }

  /** Reads a unit from bytes. */
  static ScanUnit read(BytesReader in) throws CorruptFileException {
    String partition = in.readString();
    long asOf = in.readLong();
    int kind = in.readByte();
    return switch (kind) {
      case 1 -> new OfSegment(partition, ChangeCodec.readSegment(in), asOf);
      case 2 -> new OfTail(partition, ChangeCodec.readRange(in), asOf);
      case 3 -> readNewRows(in, new OfSegment(partition, ChangeCodec.readSegment(in), asOf));
      default -> throw in.corrupt("1, 2 or 3", String.valueOf(kind));
    };
  }

  private static OfNewRows readNewRows(BytesReader in, OfSegment whole)
      throws CorruptFileException {
    int count = in.readCount(in.remaining() / (2 * Long.BYTES));
    SortedMap<Long, Long> newerThan = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      newerThan.put(in.readLong(), in.readLong());
    }
    return new OfNewRows(whole, newerThan);
  }
}
