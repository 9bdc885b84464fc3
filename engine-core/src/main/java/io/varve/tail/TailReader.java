package io.varve.tail;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.Int128;
import io.varve.column.LongColumn;
import io.varve.column.ZoneMap;
import io.varve.encoding.BlockDecoder;
import io.varve.encoding.MissingColumn;
import io.varve.io.BytesReader;
import io.varve.io.CorruptFileException;
import io.varve.io.InputFile;
import io.varve.io.SchemaMismatchException;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of a range of a tail: each is a block. All of them are checked when the tail is
 * opened and again when they are read. Rows are in the order in which they came. Confined to one
 * thread.
 */
public final class TailReader implements BlockSource {

  private final InputFile file;
  private final TailHeader header;
  private final Schema schema;
  private final List<FrameHead> frames;
  private final Map<Integer, Column> columns = new HashMap<>();
  private final Map<Integer, MissingColumn> missing = new HashMap<>();
  private final BlockDecoder decoder = new BlockDecoder();
  private byte[] loaded = new byte[0];
  private int loadedBlock = -1;
  private boolean closed;

  private TailReader(InputFile file, TailHeader header, Schema schema, List<FrameHead> frames) {
    this.file = file;
    this.header = header;
    this.schema = schema;
    this.frames = frames;
  }

  /**
   * Opens a range of a tail.
   *
   * @param schema the schema to read with: columns are found by id, and those that a frame doesn't
   *     have are their default, or null
   * @param range between two frame ends; of the partition, if one is given
   * @param partition whose frames to read, without touching others in between; null for all
   * @throws CorruptFileException if a byte of what is read is damaged or missing, or a frame
   *     reaches beyond the range; the file is then closed
   * @throws io.varve.io.UnsupportedVersionException if another release wrote the file
   * @throws SchemaMismatchException if a frame was written with a later schema, or a column's
   *     values can't be read as its type
   */
  public static TailReader open(
      InputFile file, Schema schema, FrameRange range, @Nullable String partition)
      throws IOException {
    try {
      TailHeader header = TailHeader.read(file);
      return new TailReader(file, header, schema, readFrames(file, schema, range, partition));
    } catch (IOException | RuntimeException failed) {
      try {
        file.close();
      } catch (IOException alsoFailed) {
        failed.addSuppressed(alsoFailed);
      }
      throw failed;
    }
  }

  private static List<FrameHead> readFrames(
      InputFile file, Schema schema, FrameRange range, @Nullable String partition)
      throws IOException {
    if (range.to() > file.length()) {
      throw FrameScanner.damaged(
          file, file.length(), "frames up to byte " + range.to(), "the end of the file");
    }
    List<FrameHead> frames = new ArrayList<>();
    if (partition == null) {
      FrameScanner scanner = new FrameScanner(file, range.from(), range.to());
      while (scanner.hasNext()) {
        frames.add(scanner.next());
      }
    } else {
      FrameChain chain = new FrameChain(file, partition, range);
      while (chain.hasPrevious()) {
        frames.add(chain.previous());
      }
      Collections.reverse(frames);
    }
    for (FrameHead head : frames) {
      requireReadable(file, schema, head);
    }
    return List.copyOf(frames);
  }

  private static void requireReadable(InputFile file, Schema schema, FrameHead head)
      throws SchemaMismatchException {
    if (head.frame().schemaVersion() > schema.version()) {
      throw new SchemaMismatchException(
          file.name()
              + ": the frame at byte "
              + head.frame().offset()
              + " was written with version "
              + head.frame().schemaVersion()
              + " of the schema, the one to read it with is version "
              + schema.version()
              + "; open the table anew and read it with its newest schema");
    }
    for (int i = 0; i < schema.size(); i++) {
      FrameHead.FrameColumn column = head.find(schema.field(i).id());
      if (column != null && column.storage() != schema.storage(i)) {
        throw new SchemaMismatchException(
            file.name()
                + ": column '"
                + schema.field(i).name()
                + "' (id "
                + column.fieldId()
                + ") is stored as "
                + column.storage()
                + ", which can't be read as "
                + schema.field(i).type()
                + "; read it with a schema that the table has had");
      }
    }
  }

  /** Returns whose file it is. */
  public TailHeader header() {
    return header;
  }

  /** Returns what the frame behind a block says of itself. */
  public TailFrame frame(int block) {
    return frames.get(block).frame();
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
    return frames.size();
  }

  @Override
  public int rowCount(int block) {
    return frames.get(block).frame().rows();
  }

  @Override
  public @Nullable ZoneMap zoneMap(int block, int fieldId) {
    FrameHead head = frames.get(block);
    int rows = head.frame().rows();
    if (fieldId == HiddenField.WRITER.id()) {
      return constant(head.frame().writer(), rows);
    }
    if (fieldId == HiddenField.LAYER.id()) {
      return constant(head.frame().layer(), rows);
    }
    FrameHead.FrameColumn column = head.find(fieldId);
    return column == null ? missing(fieldId).zoneMap(rows) : column.zoneMap();
  }

  private static ZoneMap constant(long value, int rows) {
    Int128 sum = Int128.ZERO;
    for (int i = 0; i < rows; i++) {
      sum = sum.plus(Int128.of(value));
    }
    return new ZoneMap.OfLong(rows, 0, value, value, sum);
  }

  @Override
  public Column read(int block, int fieldId) throws IOException {
    if (closed) {
      throw new IllegalStateException(name() + " is closed");
    }
    FrameHead head = frames.get(block);
    int rows = head.frame().rows();
    if (fieldId == HiddenField.WRITER.id()) {
      return fill(target(fieldId), head.frame().writer(), rows);
    }
    if (fieldId == HiddenField.LAYER.id()) {
      return fill(target(fieldId), head.frame().layer(), rows);
    }
    FrameHead.FrameColumn column = head.find(fieldId);
    if (column == null) {
      return missing(fieldId).rows(rows);
    }
    Column target = target(fieldId);
    load(block);
    long offset = head.frame().offset() + column.start();
    BytesReader in = new BytesReader(name(), offset, loaded, column.start(), column.length());
    decoder.decode(in, rows, target);
    return target;
  }

  @Override
  public Column readToKeep(int block, int fieldId) throws IOException {
    Column kept = read(block, fieldId);
    columns.remove(fieldId); // it is in one of them
    missing.remove(fieldId);
    kept.detach();
    return kept;
  }

  private Column target(int fieldId) {
    Column target = columns.computeIfAbsent(fieldId, id -> Column.create(storage(id)));
    target.clear();
    return target;
  }

  private MissingColumn missing(int fieldId) {
    return missing.computeIfAbsent(fieldId, id -> new MissingColumn(schema, id));
  }

  private static Column fill(Column target, long value, int rows) {
    Arrays.fill(((LongColumn) target).appendUninitialized(rows), 0, rows, value);
    return target;
  }

  private void load(int block) throws IOException {
    if (loadedBlock == block) {
      return;
    }
    TailFrame frame = frames.get(block).frame();
    int length = Math.toIntExact(frame.end() - frame.offset());
    loadedBlock = -1;
    if (loaded.length < length) {
      loaded = new byte[length];
    }
    file.read(frame.offset(), loaded, 0, length);
    FrameScanner.parse(file, loaded, 0, length, frame.offset());
    loadedBlock = block;
  }

  private Storage storage(int fieldId) {
    for (HiddenField field : HiddenField.values()) {
      if (field.id() == fieldId) {
        return Storage.LONG;
      }
    }
    int index =
        schema
            .find(fieldId)
            .orElseThrow(() -> new IllegalArgumentException("no column has id " + fieldId));
    return schema.storage(index);
  }

  /** Closes the file as well. */
  @Override
  public void close() throws IOException {
    closed = true;
    file.close();
  }
}
