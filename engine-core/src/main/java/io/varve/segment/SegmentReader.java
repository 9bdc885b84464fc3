package io.varve.segment;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.Preaggregation;
import io.varve.column.ZoneMap;
import io.varve.encoding.BlockDecoder;
import io.varve.encoding.MissingColumn;
import io.varve.io.InputFile;
import io.varve.io.SchemaMismatchException;
import io.varve.schema.Field;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment: the footer when it is opened, everything else when it is asked for. Every part
 * is compared with its checksum when this reader first reads it. Confined to one thread.
 */
public final class SegmentReader implements BlockSource {

  /** Columns with ids below are found without a map. */
  private static final int SMALL_FIELD_IDS = 256;

  /** About what a reader takes before a column is read: arrays of the decoder, the footer. */
  private static final int LEAST_HELD_BYTES = 96 << 10;

  private final SegmentFile file;
  private final SegmentFooter footer;
  private final Schema schema;
  private final Map<Integer, ColumnReader> columns = new HashMap<>();
  private final @Nullable ColumnReader[] byFieldId; // those with small ids
  private final Map<Integer, MissingColumn> missing = new HashMap<>();
  private final List<StoredProjection> projections = new ArrayList<>();
  private final BlockDecoder decoder = new BlockDecoder();
  private @Nullable List<Preaggregation> preaggregations; // once asked for
  private boolean closed;

  private SegmentReader(SegmentFile file, SegmentFooter footer, Schema schema) {
    this.file = file;
    this.footer = footer;
    this.schema = schema;
    for (ColumnEntry entry : footer.columns()) {
      ColumnReader reader = new ColumnReader(file, entry, decoder, footer.info().rowCount());
      columns.put(entry.fieldId(), reader);
    }
    this.byFieldId = new ColumnReader[SMALL_FIELD_IDS];
    columns.forEach(
        (fieldId, reader) -> {
          if (fieldId >= 0 && fieldId < SMALL_FIELD_IDS) {
            byFieldId[fieldId] = reader;
          }
        });
    for (ProjectionEntry entry : footer.projections()) {
      projections.add(new StoredProjection(entry, file, decoder));
    }
  }

  /**
   * Opens a segment to be read with the schema that it was written with.
   *
   * @throws io.varve.io.CorruptFileException if the footer is damaged; the file is then closed
   * @throws io.varve.io.UnsupportedVersionException if another release wrote it
   */
  public static SegmentReader open(InputFile input) throws IOException {
    return open(input, null);
  }

  /**
   * Opens a segment to be read with another schema of the same table: columns are found by id, and
   * those that the file doesn't have are their default, or null.
   *
   * @param readerSchema the schema to read with, null for the file's own
   * @throws io.varve.io.CorruptFileException if the footer is damaged; the file is then closed
   * @throws io.varve.io.UnsupportedVersionException if another release wrote it
   * @throws SchemaMismatchException if a column's type is neither the one it was written with nor a
   *     wider one, or the time column is another
   */
  public static SegmentReader open(InputFile input, @Nullable Schema readerSchema)
      throws IOException {
    try {
      SegmentFile file = SegmentFile.open(input);
      SegmentFooter footer = file.readFooter();
      Schema schema = readerSchema == null ? footer.schema() : readerSchema;
      SegmentReader reader = new SegmentReader(file, footer, schema);
      reader.requireReadable();
      return reader;
    } catch (IOException | RuntimeException failed) {
      try {
        input.close();
      } catch (IOException alsoFailed) {
        failed.addSuppressed(alsoFailed);
      }
      throw failed;
    }
  }

  private void requireReadable() throws SchemaMismatchException {
    Schema written = footer.schema();
    if (schema.timeFieldId() != written.timeFieldId()) {
      throw new SchemaMismatchException(
          name()
              + ": its time column has id "
              + written.timeFieldId()
              + ", the schema to read it with says "
              + schema.timeFieldId()
              + "; read it with a schema that the table has had");
    }
    for (Field field : schema.fields()) {
      OptionalInt index = written.find(field.id());
      if (index.isPresent()) {
        requireReadable(written, index.getAsInt(), field);
      }
    }
  }

  private void requireReadable(Schema written, int index, Field field)
      throws SchemaMismatchException {
    if (!written.field(index).type().isReadableAs(field.type())) {
      throw new SchemaMismatchException(
          name()
              + ": column '"
              + field.name()
              + "' (id "
              + field.id()
              + ") is stored as "
              + written.storage(index)
              + " of type "
              + written.field(index).type()
              + ", which can't be read as "
              + field.type()
              + "; read it with a schema that the table has had");
    }
  }

  /** Returns what the segment says of itself. */
  public SegmentInfo info() {
    return footer.info();
  }

  /** Returns the schema that the segment was written with. */
  public Schema fileSchema() {
    return footer.schema();
  }

  @Override
  public String name() {
    return file.name();
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public int blockCount() {
    return blocks(footer.info().rowCount());
  }

  @Override
  public int rowCount(int block) {
    Objects.checkIndex(block, blockCount());
    return rowsIn(block, footer.info().rowCount());
  }

  static int blocks(long rowCount) {
    return (int) ((rowCount + MAX_BLOCK_ROWS - 1) / MAX_BLOCK_ROWS);
  }

  static int rowsIn(int block, long rowCount) {
    return (int) Math.min(MAX_BLOCK_ROWS, rowCount - (long) block * MAX_BLOCK_ROWS);
  }

  @Override
  public ZoneMap zoneMap(int block, int fieldId) throws IOException {
    int rows = rowCount(block);
    ColumnReader column = find(fieldId);
    return column == null ? missing(fieldId).zoneMap(rows) : column.zoneMap(block);
  }

  @Override
  public ZoneMap zoneMap(int fieldId) {
    ColumnReader column = find(fieldId);
    return column == null
        ? missing(fieldId).zoneMap(footer.info().rowCount())
        : column.entry().zoneMap();
  }

  @Override
  public Column read(int block, int fieldId) throws IOException {
    ColumnReader column = find(fieldId);
    return column == null ? missing(fieldId).rows(rowCount(block)) : column.read(block);
  }

  @Override
  public Column read(int block, int fieldId, int from, int to) throws IOException {
    Objects.checkFromToIndex(from, to, rowCount(block));
    ColumnReader column = find(fieldId);
    return column == null ? missing(fieldId).rows(rowCount(block)) : column.read(block, from, to);
  }

  @Override
  public Column readToKeep(int block, int fieldId) throws IOException {
    ColumnReader column = find(fieldId);
    return column == null
        ? new MissingColumn(schema, fieldId).rows(rowCount(block))
        : column.readToKeep(block);
  }

  @Override
  public void readRow(int block, int fieldId, int row, Column into) throws IOException {
    Objects.checkIndex(row, rowCount(block));
    ColumnReader column = find(fieldId);
    if (column == null) {
      missing(fieldId).append(into);
    } else {
      column.readRow(block, row, into);
    }
  }

  private MissingColumn missing(int fieldId) {
    return missing.computeIfAbsent(fieldId, id -> new MissingColumn(schema, id));
  }

  /** Sets one bit for each row of a block of text or bytes: whether it has a value. */
  void find(int block, int fieldId, byte[] value, long[] bits) throws IOException {
    ColumnReader column = find(fieldId);
    if (column == null) {
      Arrays.fill(bits, 0);
      if (missing(fieldId).isAll(value)) {
        for (int row = 0; row < rowCount(block); row++) {
          bits[row >>> 6] |= 1L << row;
        }
      }
    } else {
      column.find(block, value, bits);
    }
  }

  /**
   * Returns the distinct values of a column in order, which for text with a dictionary is that of
   * its codes; null if they were not written down: numbers have them when the column has a role.
   *
   * @return a {@link io.varve.column.BinaryColumn} or a {@link io.varve.column.LongColumn}; not to
   *     be changed
   */
  @Override
  public @Nullable Column distinctValues(int fieldId) throws IOException {
    ColumnReader column = find(fieldId);
    return column == null ? null : column.distinct();
  }

  /**
   * Returns one bit for each block, lowest first: whether one of the distinct values occurs in it.
   *
   * @param code the index of the value
   * @return null if the column has no lists of blocks: it may then be anywhere
   */
  @Override
  public long @Nullable [] blocksOf(int fieldId, int code) throws IOException {
    ColumnReader column = find(fieldId);
    return column == null ? null : column.blocksOf(code);
  }

  @Override
  public long @Nullable [] blocksThatMayHold(int fieldId, byte[] value) throws IOException {
    ColumnReader column = find(fieldId);
    return column == null ? null : column.blocksThatMayHold(value);
  }

  @Override
  public long @Nullable [] blocksThatMayHold(int fieldId, long value) throws IOException {
    ColumnReader column = find(fieldId);
    return column == null ? null : column.blocksThatMayHold(value);
  }

  /** Returns what tells of most values that a column has not got them; null if nothing does. */
  public @Nullable BloomFilter bloomFilter(int fieldId) throws IOException {
    ColumnReader column = find(fieldId);
    return column == null ? null : column.bloom();
  }

  /**
   * Lets this reader use a filter that another reader of the same file has read.
   *
   * @param filter what {@link #bloomFilter} returned
   */
  public void useBloomFilter(int fieldId, BloomFilter filter) {
    ColumnReader column = find(fieldId);
    if (column != null) {
      column.useBloom(filter);
    }
  }

  /**
   * Returns the rows of a segment, ascending, in which a column of text or bytes has a value. A
   * column with an index, such as that of ids, gives them at the cost of a block.
   */
  public long[] rowsOf(int fieldId, byte[] value) throws IOException {
    return RowSearch.ofBytes(this, fieldId, value);
  }

  /** Returns the rows, ascending, in which a column of integers has a value. */
  public long[] rowsOf(int fieldId, long value) throws IOException {
    return RowSearch.ofLong(this, fieldId, value);
  }

  @Override
  public int @Nullable [] countsPerCode(int fieldId) throws IOException {
    ColumnReader column = find(fieldId);
    return column == null ? null : column.counts();
  }

  /** Returns the projections, and the tallies as groups of their values. */
  @Override
  public List<Preaggregation> preaggregations() throws IOException {
    List<Preaggregation> known = preaggregations;
    if (known == null) {
      known = findPreaggregations();
      preaggregations = known;
    }
    return known;
  }

  private List<Preaggregation> findPreaggregations() throws IOException {
    List<Preaggregation> all = new ArrayList<>(projections);
    if (!footer.schema().equals(schema)) {
      all.removeIf(groups -> !isReadAlike(((StoredProjection) groups).entry()));
    }
    for (ColumnEntry entry : footer.columns()) {
      ColumnReader column = Objects.requireNonNull(find(entry.fieldId()));
      int[] counts = schema.find(entry.fieldId()).isPresent() ? column.counts() : null;
      if (counts != null) {
        Column distinct = Objects.requireNonNull(column.distinct());
        all.add(new TallyRows(entry.fieldId(), distinct, counts, entry.zoneMap()));
      }
    }
    return List.copyOf(all);
  }

  /** Returns whether every column of a projection is still one of the schema that is read with. */
  private boolean isReadAlike(ProjectionEntry projection) {
    for (ProjectionEntry.OfColumn column : projection.columns()) {
      int fieldId = column.entry().fieldId();
      if (fieldId != 0 && schema.find(fieldId).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Returns what the file is made of; reads all blocks. */
  public SegmentDescription describe() throws IOException {
    List<SegmentDescription.OfColumn> described = new ArrayList<>();
    for (ColumnEntry entry : footer.columns()) {
      OptionalInt index = footer.schema().find(entry.fieldId());
      Map<Part, Long> parts = new EnumMap<>(Part.class);
      entry.parts().forEach((part, extent) -> parts.put(part, extent.length()));
      described.add(
          new SegmentDescription.OfColumn(
              entry.fieldId(),
              index.isPresent()
                  ? footer.schema().field(index.getAsInt()).name()
                  : HiddenField.ofId(entry.fieldId()).name().toLowerCase(Locale.ROOT),
              entry.storage(),
              entry.dictionarySize(),
              entry.chunk().length(),
              entry.index().length(),
              parts,
              Objects.requireNonNull(columns.get(entry.fieldId())).encodings()));
    }
    return new SegmentDescription(info(), described);
  }

  /**
   * Reads the whole file and checks every byte of it.
   *
   * @throws io.varve.io.CorruptFileException if any byte is damaged
   */
  public void verify() throws IOException {
    SegmentHeader.check(file, footer.info());
    for (ColumnEntry entry : footer.columns()) {
      Objects.requireNonNull(columns.get(entry.fieldId())).verify();
    }
    for (StoredProjection projection : projections) {
      projection.verify();
    }
  }

  /**
   * Reads the whole file and compares its checksums, without decoding values.
   *
   * @throws io.varve.io.CorruptFileException if any byte is damaged
   */
  public void verifyChecksums() throws IOException {
    SegmentHeader.check(file, footer.info());
    for (ColumnEntry entry : footer.columns()) {
      Objects.requireNonNull(columns.get(entry.fieldId())).verifyChecksums();
    }
  }

  /**
   * Returns about how many bytes of heap this reader holds: the more, the more columns have been
   * read, with their dictionaries, zone maps and indexes.
   */
  public long heldBytes() {
    return LEAST_HELD_BYTES + file.heldBytes() + decoder.heldBytes();
  }

  private @Nullable ColumnReader find(int fieldId) {
    if (closed) {
      throw new IllegalStateException(name() + " is closed");
    }
    return fieldId >= 0 && fieldId < SMALL_FIELD_IDS ? byFieldId[fieldId] : columns.get(fieldId);
  }

  /** Closes the file as well. */
  @Override
  public void close() throws IOException {
    closed = true;
    file.close();
  }
}
