package io.varve.segment;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.LongColumn;
import io.varve.column.PreaggregatedRows;
import io.varve.column.RowBatch;
import io.varve.column.Rows;
import io.varve.encoding.BlockDecoder;
import io.varve.io.BytesWriter;
import io.varve.io.OutputFile;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import io.varve.simd.Kernels;
import io.varve.simd.LongSummary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Writes rows as a segment: sorted by time, then writer, layer and sequence; column by column.
 * docs/format.md gives the bytes. Confined to one thread.
 */
public final class SegmentWriter {

  /** The most rows of a segment. */
  public static final int MAX_ROWS = SegmentFormat.MAX_BLOCKS * BlockSource.MAX_BLOCK_ROWS;

  private final Rows rows;
  private final SegmentOrigin origin;
  private final SegmentOptions options;
  private final SegmentOutput out;

  private SegmentWriter(OutputFile file, Rows rows, SegmentOrigin origin, SegmentOptions options) {
    this.rows = rows;
    this.origin = origin;
    this.options = options;
    this.out = new SegmentOutput(file);
  }

  /**
   * Writes a whole segment into an empty file. The bytes have reached the operating system when
   * this returns; the caller syncs and closes the file.
   *
   * @param rows 1 to {@value #MAX_ROWS} rows in any order; not changed. Where the options have
   *     projections, all columns stay what they are
   * @return what the segment says of itself
   * @throws IOException if the write fails; the file is then useless
   */
  public static SegmentInfo write(
      OutputFile file, Rows rows, SegmentOrigin origin, SegmentOptions options) throws IOException {
    int count = rows.rowCount();
    if (count < 1 || count > MAX_ROWS) {
      throw new IllegalArgumentException("a segment has 1 to " + MAX_ROWS + " rows, not " + count);
    }
    if (file.position() != 0) {
      throw new IllegalArgumentException("a segment begins its file; it has bytes already");
    }
    return new SegmentWriter(file, rows, origin, options).write();
  }

  private SegmentInfo write() throws IOException {
    LongSummary time = summary(rows.time());
    writeHeader(time);
    RowOrder order = RowOrder.of(rows);
    ColumnWriter writer = new ColumnWriter(options, out);
    Schema schema = rows.schema();
    List<ColumnWriter.WrittenColumn> written = new ArrayList<>();
    List<Column> kept = new ArrayList<>(); // as projections group them: by codes
    for (int i = 0; i < schema.size(); i++) {
      int id = schema.field(i).id();
      Column column = writer.code(id, rows.column(i));
      written.add(writer.write(id, order.apply(column)));
      if (!options.projections().isEmpty()) {
        kept.add(column);
      }
    }
    for (HiddenField field : HiddenField.values()) {
      written.add(writer.write(field.id(), order.apply(rows.hidden(field))));
    }
    List<ColumnEntry> columns = new ArrayList<>();
    for (int i = 0; i < written.size(); i++) {
      boolean hidden = i >= schema.size();
      int id = hidden ? HiddenField.values()[i - schema.size()].id() : schema.field(i).id();
      columns.add(finish(id, hidden ? Storage.LONG : schema.storage(i), written.get(i)));
    }
    return writeFooter(time, columns, writeProjections(writer, kept));
  }

  private List<ProjectionEntry> writeProjections(ColumnWriter writer, List<Column> columns)
      throws IOException {
    List<ProjectionEntry> projections = new ArrayList<>();
    if (options.projections().isEmpty()) {
      return projections;
    }
    List<LongColumn> hidden = new ArrayList<>();
    for (HiddenField field : HiddenField.values()) {
      hidden.add(rows.hidden(field));
    }
    RowBatch batch = RowBatch.of(rows.schema(), columns, hidden);
    for (Preaggregator preaggregator : options.projections()) {
      PreaggregatedRows groups = preaggregator.preaggregate(batch);
      if (groups != null) {
        projections.add(writeProjection(writer, groups));
      }
    }
    return projections;
  }

  private ProjectionEntry writeProjection(ColumnWriter writer, PreaggregatedRows groups)
      throws IOException {
    List<ColumnWriter.WrittenColumn> written = new ArrayList<>();
    for (PreaggregatedRows.OfColumn column : groups.columns()) {
      Column values = writer.code(ColumnWriter.NO_ROLE, column.values());
      written.add(writer.write(ColumnWriter.NO_ROLE, values));
    }
    List<ProjectionEntry.OfColumn> columns = new ArrayList<>();
    for (int i = 0; i < written.size(); i++) {
      PreaggregatedRows.OfColumn column = groups.columns().get(i);
      Storage storage = BlockDecoder.storage(column.values());
      columns.add(
          new ProjectionEntry.OfColumn(
              column.role(), finish(column.fieldId(), storage, written.get(i))));
    }
    return new ProjectionEntry(
        groups.name(), groups.timeBucket(), groups.timeZone(), groups.groupCount(), columns);
  }

  private LongSummary summary(LongColumn column) {
    return Kernels.chosen().summarize(column.values(), 0, rows.rowCount());
  }

  private void writeHeader(LongSummary time) {
    BytesWriter header = out.buffer();
    header.writeInt(SegmentFormat.HEADER_MAGIC).writeShort(SegmentFormat.VERSION).writeShort(0);
    header.writeLong(origin.tableId().getMostSignificantBits());
    header.writeLong(origin.tableId().getLeastSignificantBits());
    header.writeLong(origin.writer()).writeLong(rows.rowCount());
    header.writeLong(time.min()).writeLong(time.max());
    header.writeInt(rows.schema().version()).writeChecksum(0);
  }

  private ColumnEntry finish(int id, Storage storage, ColumnWriter.WrittenColumn column)
      throws IOException {
    ColumnEntry.Extent index = out.append(column.index);
    Map<Part, ColumnEntry.Extent> parts = new EnumMap<>(Part.class);
    for (Map.Entry<Part, byte[]> part : column.parts.entrySet()) {
      parts.put(part.getKey(), out.append(part.getValue()));
    }
    return new ColumnEntry(
        id, storage, column.chunk, index, column.dictionarySize, parts, column.zoneMap);
  }

  private SegmentInfo writeFooter(
      LongSummary time, List<ColumnEntry> columns, List<ProjectionEntry> projections)
      throws IOException {
    out.flush();
    LongSummary layers = summary(rows.hidden(HiddenField.LAYER));
    SegmentInfo info =
        new SegmentInfo(
            origin,
            rows.schema().version(),
            rows.rowCount(),
            time.min(),
            time.max(),
            writers(),
            layers.min(),
            layers.max(),
            0);
    BytesWriter footer = out.buffer();
    new SegmentFooter(info, rows.schema(), columns, projections).write(footer);
    if (footer.size() > SegmentFormat.MAX_FOOTER_BYTES) {
      throw new IllegalArgumentException(
          "the footer would have "
              + footer.size()
              + " bytes, the format allows "
              + SegmentFormat.MAX_FOOTER_BYTES
              + "; replace fewer files by one segment");
    }
    footer.writeInt(footer.size()).writeShort(SegmentFormat.VERSION).writeShort(0);
    footer.writeChecksum(0).writeInt(SegmentFormat.TRAILER_MAGIC);
    out.flush();
    return info.withFileBytes(out.position());
  }

  private List<Long> writers() {
    long[] values = rows.hidden(HiddenField.WRITER).values();
    java.util.TreeSet<Long> distinct = new java.util.TreeSet<>();
    long last = values[0];
    distinct.add(last);
    for (int row = 1; row < rows.rowCount(); row++) {
      if (values[row] != last) {
        last = values[row];
        distinct.add(last);
      }
    }
    return List.copyOf(distinct);
  }
}
