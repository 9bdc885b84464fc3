package io.varve.table;

import io.varve.column.BlockSource;
import io.varve.column.RowBatch;
import io.varve.io.CorruptFileException;
import io.varve.io.FileStore;
import io.varve.io.SchemaMismatchException;
import io.varve.io.StoreUnsuitableException;
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
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A table's root directory and what its {@code table.json} says. Immutable and thread-safe. */
public final class TableDirectory {

  private static final long MAX_DESCRIPTION_BYTES = 16 << 20;

  /** The property of a table's log that holds its description since it was changed. */
  static final String DESCRIPTION_PROPERTY = "table";

  private final FileStore store;
  private final TableDescription created;
  private final TableDescription description;
  private final long asOf;
  private final Deletes deletes;

  private TableDirectory(
      FileStore store,
      TableDescription created,
      TableDescription description,
      long asOf,
      Deletes deletes) {
    this.store = store;
    this.created = created;
    this.description = description;
    this.asOf = asOf;
    this.deletes = deletes;
  }

  /**
   * Opens a table as it was created; {@link TableSnapshot} shows it as it is at a commit.
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
    return created(store, description);
  }

  private static TableDirectory created(FileStore store, TableDescription description) {
    return new TableDirectory(store, description, description, 0, Deletes.NONE);
  }

  /**
   * Opens a table as it is at its newest commit, or creates it if there is none. Any number of
   * callers may race.
   *
   * @throws SchemaMismatchException if there is one with another partitioning, or whose columns
   *     rows of the definition can't be brought into, as of {@link #rowsOf}
   * @throws StoreUnsuitableException if the store can't create a file exclusively
   */
  public static TableDirectory openOrCreate(FileStore store, TableDefinition definition)
      throws IOException {
    return openOrCreate(store, definition, UUID.randomUUID());
  }

  /**
   * Opens or creates a table as {@link #openOrCreate(FileStore, TableDefinition)} does.
   *
   * @param id of the table if it is created. Where files are not made exclusively, callers that
   *     race give the same one, and so make the same table
   */
  public static TableDirectory openOrCreate(FileStore store, TableDefinition definition, UUID id)
      throws IOException {
    if (store.length(TableLayout.DESCRIPTION).isEmpty()) {
      requireNoLog(store);
      proveExclusiveCreate(store);
      TableDescription fresh = new TableDescription(id.toString(), definition);
      if (store.publish(TableLayout.DESCRIPTION, TableJson.write(fresh))) {
        return created(store, fresh);
      }
    }
    TableDirectory table = TableSnapshot.latest(open(store)).table();
    table.rowsOf(definition);
    return table;
  }

  /** A table whose description was lost must not become another one over the same commits. */
  private static void requireNoLog(FileStore store) throws IOException {
    boolean lost =
        !store.list(TableLayout.COMMITS).isEmpty()
            && store.length(TableLayout.DESCRIPTION).isEmpty(); // not made by another meanwhile
    if (lost) {
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

  /**
   * Returns how rows of a declared table become rows of this one, whose columns may have been
   * changed since.
   *
   * @throws SchemaMismatchException if they can't
   */
  public DeclaredRows rowsOf(TableDefinition declared) throws SchemaMismatchException {
    return DeclaredRows.of(store.describe(""), description, declared);
  }

  /**
   * Returns the table as a commit shows it: with the columns of that time, and without what had
   * been deleted. Needs the commit's record and state, unless this is that commit's view already.
   *
   * @param commit the number of the record; 0 for the table as it was created
   * @throws io.varve.io.SnapshotExpiredException if there is no such commit, or no longer
   */
  public TableDirectory asOf(long commit) throws IOException {
    if (commit == asOf) {
      return this;
    }
    return commit == 0 ? created(store, created) : TableSnapshot.at(this, commit).table();
  }

  /** Returns the table as a state shows it. */
  TableDirectory asOf(long commit, TableState state) throws IOException {
    String changed = state.facts().properties().get(DESCRIPTION_PROPERTY);
    TableDescription then = created;
    if (changed != null) {
      String name = store.describe(TableLayout.commit(commit)) + ", property table";
      then = TableJson.read(name, changed.getBytes(StandardCharsets.UTF_8));
    }
    return new TableDirectory(store, created, then, commit, Deletes.of(state.facts(), then));
  }

  /** Returns what changes of columns and options start from. */
  TableDescription description() {
    return description;
  }

  /** Returns the commit that this view is of, 0 if it is the table as it was created. */
  long commit() {
    return asOf;
  }

  /**
   * Returns the same table, without what has been deleted in a state: what a writer may leave out
   * of a file. Where the state has other columns than this view knows, deletes that this view does
   * not know, and that could name them, are left to others.
   *
   * @param writer an attempt that may not have committed yet
   */
  TableDirectory withDeletesOf(TableState state, String writer) throws IOException {
    TableDirectory then = asOf(asOf, state);
    boolean sameColumns =
        then.schema().equals(schema()) && then.storedSchema().equals(storedSchema());
    Deletes known = sameColumns ? then.deletes : deletes;
    return new TableDirectory(store, created, description, asOf, known.forFilesOf(writer));
  }

  /** Returns the same table with the rows that only a truncation hides, as files keep them. */
  TableDirectory withTruncated() {
    return new TableDirectory(store, created, description, asOf, deletes.forFiles());
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

  /** Returns the options that hold for every job that writes to the table. */
  public TableOptions options() {
    return description.options();
  }

  /** Returns the schemas before the present one, the newest first, as far as they are kept. */
  public List<Schema> formerSchemas() {
    return description.former();
  }

  /** Returns the columns that are written: also dropped ones that deletes of earlier rows need. */
  Schema storedSchema() {
    return deletes.readBy(schema());
  }

  /** Returns the columns that a file is written anew with once deletes have been applied to it. */
  Schema rewrittenSchema() {
    return deletes.rewrittenBy(schema());
  }

  /** Opens a segment; deleted rows are known to the source. */
  BlockSource openLive(String partition, SegmentRef segment) throws IOException {
    return openLive(partition, segment, schema());
  }

  /** Opens a segment with some of the columns that are written. */
  BlockSource openLive(String partition, SegmentRef segment, Schema shown) throws IOException {
    if (!deletes.concern(partition, segment.deletesThrough())) {
      return openSegment(partition, segment, shown);
    }
    SegmentReader reader = openSegment(partition, segment, storedSchema());
    return deletes.applyTo(reader, shown, partition, segment.deletesThrough());
  }

  /** Opens frames of a tail; deleted rows are known to the source. */
  BlockSource openLive(String partition, TailRange range) throws IOException {
    return openLive(partition, range, schema());
  }

  /** Opens frames of a tail with all columns that are written; deleted rows are known. */
  BlockSource openStored(String partition, TailRange range) throws IOException {
    return openLive(partition, range, storedSchema());
  }

  /** Opens frames of a tail with some of the columns that are written. */
  BlockSource openLive(String partition, TailRange range, Schema shown) throws IOException {
    if (!deletes.concern(partition, 0)) {
      return openTail(partition, range, shown);
    }
    return deletes.applyTo(openTail(partition, range, storedSchema()), shown, partition, 0);
  }

  /**
   * Opens a segment to be read by the table's schema.
   *
   * @param segment what the commit says of it
   * @throws CorruptFileException if the file is another than the commit means
   */
  public SegmentReader openSegment(String partition, SegmentRef segment) throws IOException {
    return openSegment(partition, segment, schema());
  }

  private SegmentReader openSegment(String partition, SegmentRef segment, Schema by)
      throws IOException {
    SegmentReader reader = SegmentReader.open(store.openSealed(segment.file()), by);
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
    return openTail(partition, range, schema());
  }

  /** Opens frames of a tail to be read by another schema. */
  TailReader openTail(String partition, TailRange range, Schema by) throws IOException {
    FrameRange frames = new FrameRange(range.start().offset(), range.end().offset());
    TailReader reader = TailReader.open(store.open(range.file()), by, frames, partition);
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

  /**
   * Adds the rows of a partition in a range of a tail to a batch of its columns; deleted ones too.
   */
  void readTail(String partition, TailRange range, RowBatch into) throws IOException {
    if (range.start().offset() < range.end().offset()) {
      append(openTail(partition, range, into.schema()), into);
    }
  }

  /** Adds the rows of a partition in a range of a tail to a batch, without deleted ones. */
  void readStored(String partition, TailRange range, RowBatch into) throws IOException {
    if (range.start().offset() < range.end().offset()) {
      append(openStored(partition, range), into);
    }
  }

  private static void append(BlockSource source, RowBatch into) throws IOException {
    try (BlockSource reader = source) {
      for (int block = 0; block < reader.blockCount(); block++) {
        into.rewriteFrom(reader, block);
      }
    }
  }
}
