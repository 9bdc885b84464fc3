package io.varve.table;

import io.varve.column.BlockSource;
import io.varve.column.RowBatch;
import io.varve.io.CorruptFileException;
import io.varve.io.FileStore;
import io.varve.io.SchemaMismatchException;
import io.varve.io.StoreUnsuitableException;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.segment.SegmentInfo;
import io.varve.segment.SegmentReader;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.TableState;
import io.varve.table.protocol.TailRange;
import io.varve.tail.FrameRange;
import io.varve.tail.TailReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A table's root directory and what its {@code table.json} says. Immutable and thread-safe. */
public final class TableDirectory {

  private static final long MAX_DESCRIPTION_BYTES = 16 << 20;

  /** The property of a table's log that holds its description since it was changed. */
  static final String DESCRIPTION_PROPERTY = "table";

  private final FileStore store;
  private final TableDescription description;
  private final long asOf;
  private final Deletes deletes;

  private TableDirectory(
      FileStore store, TableDescription description, long asOf, Deletes deletes) {
    this.store = store;
    this.description = description;
    this.asOf = asOf;
    this.deletes = deletes;
  }

  /**
   * Opens a table.
   *
   * @param store whose root is the table's
   * @throws NoSuchFileException if there is no table
   * @throws io.varve.io.CorruptFileException if its description is damaged
   */
  public static TableDirectory open(FileStore store) throws IOException {
    byte[] json;
    try {
      json = store.readAll(TableLayout.DESCRIPTION, MAX_DESCRIPTION_BYTES);
    } catch (NoSuchFileException missing) {
      throw new NoSuchFileException(
          store.describe(""),
          null,
          "there is no table here (no " + TableLayout.DESCRIPTION + "); check the path");
    }
    TableDescription description = TableJson.read(store.describe(TableLayout.DESCRIPTION), json);
    return new TableDirectory(store, description, 0, Deletes.NONE);
  }

  /**
   * Opens a table, or creates it if there is none. Any number of callers may race.
   *
   * @throws SchemaMismatchException if there is one with other columns or another partitioning
   * @throws StoreUnsuitableException if the store can't create a file exclusively
   */
  public static TableDirectory openOrCreate(FileStore store, TableDefinition definition)
      throws IOException {
    if (store.length(TableLayout.DESCRIPTION).isEmpty()) {
      requireNoLog(store);
      proveExclusiveCreate(store);
      TableDescription fresh = new TableDescription(UUID.randomUUID().toString(), definition);
      if (store.publish(TableLayout.DESCRIPTION, TableJson.write(fresh))) {
        return new TableDirectory(store, fresh, 0, Deletes.NONE);
      }
    }
    TableDirectory table = open(store);
    table.requireSame(definition);
    return table;
  }

  /** A table whose description was lost must not become another one over the same commits. */
  private static void requireNoLog(FileStore store) throws IOException {
    if (!store.list(TableLayout.COMMITS).isEmpty()) {
      throw new CorruptFileException(
          store.describe(TableLayout.DESCRIPTION)
              + ": is missing, though there are commits; restore it from a backup");
    }
  }

  /**
   * Makes sure that the store creates files exclusively, on which every commit relies.
   *
   * @throws StoreUnsuitableException if it does not
   */
  public void proveExclusiveCreate() throws IOException {
    proveExclusiveCreate(store);
  }

  /** Publishes one name twice: the second time must fail and leave what the first one wrote. */
  private static void proveExclusiveCreate(FileStore store) throws IOException {
    String path = ".proof-" + UUID.randomUUID();
    byte[] first = "first".getBytes(StandardCharsets.US_ASCII);
    byte[] second = "second".getBytes(StandardCharsets.US_ASCII);
    try {
      if (!store.publish(path, first)
          || store.publish(path, second)
          || !Arrays.equals(store.readAll(path, 64), first)) {
        throw new StoreUnsuitableException(
            store.describe("")
                + ": the file system does not create files exclusively, so two jobs could commit at"
                + " once; put the table on a local, NFS or HDFS file system");
      }
    } finally {
      store.delete(path);
    }
  }

  private void requireSame(TableDefinition wanted) throws SchemaMismatchException {
    TableDefinition actual = description.definition();
    String difference = difference(actual, wanted);
    if (difference != null) {
      throw new SchemaMismatchException(
          store.describe("")
              + ": the table there is another than the one asked for: "
              + difference
              + "; use its definition, or another path");
    }
  }

  private static @Nullable String difference(TableDefinition actual, TableDefinition wanted) {
    String columns = difference(actual.schema(), wanted.schema());
    if (columns != null) {
      return columns;
    }
    if (!actual.partitionColumns().equals(wanted.partitionColumns())) {
      return differs("partition columns", actual.partitionColumns(), wanted.partitionColumns());
    }
    if (!actual.bucketKey().equals(wanted.bucketKey())) {
      return differs("bucket key", actual.bucketKey(), wanted.bucketKey());
    }
    if (actual.buckets() != wanted.buckets()) {
      return differs("number of buckets", actual.buckets(), wanted.buckets());
    }
    if (!actual.idColumn().equals(wanted.idColumn())) {
      return differs("id column", actual.idColumn(), wanted.idColumn());
    }
    if (!actual.timeZone().equals(wanted.timeZone())) {
      return differs("time zone", actual.timeZone(), wanted.timeZone());
    }
    return null;
  }

  private static @Nullable String difference(Schema actual, Schema wanted) {
    for (int i = 0; i < Math.max(actual.size(), wanted.size()); i++) {
      Field is = i < actual.size() ? actual.field(i) : null;
      Field asked = i < wanted.size() ? wanted.field(i) : null;
      if (is == null || !is.equals(asked)) {
        return differs("column " + (i + 1), describe(is), describe(asked));
      }
    }
    return actual.timeFieldId() == wanted.timeFieldId()
        ? null
        : differs("time column", actual.timeField().name(), wanted.timeField().name());
  }

  private static String describe(@Nullable Field field) {
    return field == null
        ? "none"
        : "'" + field.name() + "' " + field.type() + (field.nullable() ? "" : " not null");
  }

  private static String differs(String what, Object actual, Object wanted) {
    return what + " is " + actual + ", asked for " + wanted;
  }

  /**
   * Returns the table as a commit shows it: with the columns of that time, and without what had
   * been deleted. Needs the commit's record and state, unless this is that commit's view already.
   *
   * @param commit the number of the record; 0 for the table as it was created
   * @throws io.varve.io.SnapshotExpiredException if there is no such commit, or no longer
   */
  public TableDirectory asOf(long commit) throws IOException {
    return commit == 0 || commit == asOf ? this : TableSnapshot.at(this, commit).table();
  }

  /** Returns the table as a state shows it. */
  TableDirectory asOf(long commit, TableState state) throws IOException {
    String changed = state.facts().properties().get(DESCRIPTION_PROPERTY);
    TableDescription then = description;
    if (changed != null) {
      String name = store.describe(TableLayout.commit(commit)) + ", property table";
      then = TableJson.read(name, changed.getBytes(StandardCharsets.UTF_8));
    }
    Deletes deleted = Deletes.of(state.facts(), then.definition().schema());
    return new TableDirectory(store, then, commit, deleted);
  }

  /**
   * Returns the same table, without what has been deleted in a state. Where the state has other
   * columns than this view knows, deletes that could name them are left to others.
   */
  TableDirectory withDeletesOf(TableState state) throws IOException {
    TableDirectory then = asOf(asOf, state);
    boolean sameColumns = then.schema().equals(schema());
    return new TableDirectory(store, description, asOf, sameColumns ? then.deletes : Deletes.NONE);
  }

  /** Returns what had been deleted as of this view. */
  Deletes deletes() {
    return deletes;
  }

  /** Returns the store whose root is the table's. */
  public FileStore store() {
    return store;
  }

  /** Returns the table's unique id. */
  public String id() {
    return description.id();
  }

  /** Returns what the table was created with, or changed to as of this view. */
  public TableDefinition definition() {
    return description.definition();
  }

  /** Returns the columns. */
  public Schema schema() {
    return description.definition().schema();
  }

  /**
   * Opens a segment to be read by the table's schema.
   *
   * @param segment what the commit says of it
   * @throws CorruptFileException if the file is another than the commit means
   */
  public SegmentReader openSegment(String partition, SegmentRef segment) throws IOException {
    SegmentReader reader = SegmentReader.open(store.openSealed(segment.file()), schema());
    SegmentInfo info = reader.info();
    String difference = null;
    if (!info.origin().tableId().toString().equals(id())) {
      difference = "belongs to table " + info.origin().tableId() + ", not to " + id();
    } else if (!info.origin().partition().equals(partition)) {
      difference = "belongs to partition " + info.origin().partition() + ", not to " + partition;
    } else if (info.rowCount() != segment.rows() || info.fileBytes() != segment.bytes()) {
      difference =
          "has "
              + info.rowCount()
              + " rows in "
              + info.fileBytes()
              + " bytes, the commit says "
              + segment.rows()
              + " in "
              + segment.bytes();
    }
    return verified(reader, segment.file(), difference);
  }

  /**
   * Opens the frames of a partition in a range of a tail to be read by the table's schema.
   *
   * @throws CorruptFileException if the file is another than the commit means
   */
  public TailReader openTail(String partition, TailRange range) throws IOException {
    FrameRange frames = new FrameRange(range.start().offset(), range.end().offset());
    TailReader reader = TailReader.open(store.open(range.file()), schema(), frames, partition);
    long rows = 0;
    for (int block = 0; block < reader.blockCount(); block++) {
      rows += reader.rowCount(block);
    }
    String difference = null;
    if (!reader.header().tableId().toString().equals(id())) {
      difference = "belongs to table " + reader.header().tableId() + ", not to " + id();
    } else if (rows != range.rowCount()) {
      difference =
          "has "
              + rows
              + " rows of "
              + partition
              + " up to byte "
              + range.end()
              + ", the commit says "
              + range.rowCount();
    }
    return verified(reader, range.file(), difference);
  }

  private <R extends BlockSource> R verified(R reader, String file, @Nullable String difference)
      throws IOException {
    if (difference != null) {
      reader.close();
      throw new CorruptFileException(
          store.describe(file)
              + ": "
              + difference
              + "; files were copied over one another, restore this one from a backup");
    }
    return reader;
  }

  /** Opens a range of a tail as above; rows that had been deleted as of this view are known. */
  BlockSource openLiveTail(String partition, TailRange range) throws IOException {
    return deletes.applyTo(openTail(partition, range), partition, 0);
  }

  /** Adds the rows of a partition in a range of a tail to a batch; deleted ones too. */
  void readTail(String partition, TailRange range, RowBatch into) throws IOException {
    if (range.start().offset() < range.end().offset()) {
      append(openTail(partition, range), into);
    }
  }

  /** Adds the rows of a partition in a range of a tail to a batch, without deleted ones. */
  void readLiveTail(String partition, TailRange range, RowBatch into) throws IOException {
    if (range.start().offset() < range.end().offset()) {
      append(openLiveTail(partition, range), into);
    }
  }

  private static void append(BlockSource source, RowBatch into) throws IOException {
    try (BlockSource reader = source) {
      for (int block = 0; block < reader.blockCount(); block++) {
        into.appendFrom(reader, block);
      }
    }
  }
}
