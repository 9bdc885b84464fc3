package io.varve.table;

import io.varve.column.RowBatch;
import io.varve.io.FileStore;
import io.varve.io.OutputFile;
import io.varve.query.SealOptions;
import io.varve.segment.Replaced;
import io.varve.segment.SegmentInfo;
import io.varve.segment.SegmentOptions;
import io.varve.segment.SegmentOrigin;
import io.varve.segment.SegmentWriter;
import io.varve.table.protocol.SegmentRef;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Names and creates the files of one writer attempt. Segments may be written by one thread while
 * another writes tails.
 */
final class WriterFiles {

  private final TableDirectory table;
  private final UUID tableId;
  private final long writer;
  private final String writerId;
  private final WriterDeletes deletes;
  private volatile Form form;
  private final Set<String> unsyncedDirectories = new TreeSet<>();
  private final AtomicLong nextFile = new AtomicLong();

  WriterFiles(TableDirectory table, long writer) {
    this(table, writer, Form.of(table));
  }

  WriterFiles(TableDirectory table, long writer, WriterOptions options) {
    this(table, writer, Form.of(table, options));
  }

  private WriterFiles(TableDirectory table, long writer, Form form) {
    this.table = table;
    this.tableId = UUID.fromString(table.id());
    this.writer = writer;
    this.writerId = TableLayout.writerId(writer);
    this.form = form;
    this.deletes = new WriterDeletes(table.store(), writerId);
  }

  /**
   * The columns that rows have and how segments of them are written: one view of the table.
   *
   * @param table the view
   * @param options of its segments
   */
  record Form(TableDirectory table, SegmentOptions options) {

    /** Returns the form of a table for whoever has no options but the table's own. */
    static Form of(TableDirectory table) {
      return of(table, table.options().applyTo(WriterOptions.DEFAULTS));
    }

    static Form of(TableDirectory table, WriterOptions options) {
      return new Form(table, SealOptions.of(table.definition(), options.minRowsPerGroup()));
    }
  }

  /** Returns the columns that are written now; others may be before the call returns. */
  Form form() {
    return form;
  }

  /** Goes on with the columns of another view of the table, and its options. */
  void use(TableDirectory view) {
    form = Form.of(view);
  }

  /** Goes on with the columns of another view of the table. */
  void use(TableDirectory view, WriterOptions options) {
    form = Form.of(view, options);
  }

  /** Returns the store whose root is the table's. */
  FileStore store() {
    return table.store();
  }

  /** Returns the columns that are written now, and knows what had been deleted by then. */
  Form live() throws IOException {
    return live(form);
  }

  /** Returns columns that were written, and knows what had been deleted by now. */
  Form live(Form then) throws IOException {
    return new Form(deletes.live(then.table()), then.options());
  }

  /** Says that there may be news in the log. */
  void barrierPassed() {
    deletes.barrierPassed();
  }

  UUID tableId() {
    return tableId;
  }

  long writer() {
    return writer;
  }

  String writerId() {
    return writerId;
  }

  String nextTail(String partition) {
    return TableLayout.tail(partition, writerId, nextFile.getAndIncrement());
  }

  String nextSharedTail() {
    return TableLayout.sharedTail(writerId, nextFile.getAndIncrement());
  }

  /** Creates a tail, whose name becomes durable with {@link #syncDirectories}. */
  OutputFile create(String path) throws IOException {
    OutputFile file = table.store().create(path);
    unsyncedDirectories.add(directory(path));
    return file;
  }

  private static String directory(String path) {
    return path.substring(0, path.lastIndexOf('/'));
  }

  /**
   * Writes rows as a durable segment.
   *
   * @param as what the rows have the columns of
   * @param cancelled whether to give up: asked at each write
   */
  SegmentRef writeSegment(
      Form as, String partition, RowBatch rows, List<Replaced> replaces, BooleanSupplier cancelled)
      throws IOException {
    String path = TableLayout.segment(partition, writerId, nextFile.getAndIncrement());
    SegmentOrigin origin = new SegmentOrigin(tableId, partition, writer, replaces);
    SegmentInfo info;
    try (OutputFile out = new CancellableFile(table.store().create(path), cancelled)) {
      info = SegmentWriter.write(out, rows, origin, as.options());
      out.sync();
    } catch (IOException | RuntimeException failed) {
      throw new IOException(
          table.store().describe(path)
              + ": the segment could not be written: "
              + failed.getMessage(),
          failed);
    }
    table.store().syncDirectory(directory(path));
    return new SegmentRef(
        path,
        info.rowCount(),
        info.fileBytes(),
        info.minTime(),
        info.maxTime(),
        info.schemaVersion());
  }

  /** Makes the names of all tails created so far durable. */
  void syncDirectories() throws IOException {
    for (String directory : unsyncedDirectories) {
      table.store().syncDirectory(directory);
    }
    unsyncedDirectories.clear();
  }
}
