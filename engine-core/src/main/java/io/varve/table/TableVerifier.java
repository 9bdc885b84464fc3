package io.varve.table;

import io.varve.io.CorruptFileException;
import io.varve.io.FileStore;
import io.varve.io.VarveException;
import io.varve.segment.SegmentReader;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.CommitRecord;
import io.varve.table.protocol.Committable;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.TableState;
import io.varve.table.protocol.TailState;
import io.varve.tail.TailScan;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads everything that a table's retained commits need and checks it: the log, and every segment
 * and tail. A table that is being written can be verified: what it holds when the verification
 * starts. Confined to one thread, but for the files, which are read by an executor.
 */
public final class TableVerifier {

  private final FileStore store;
  private final boolean deep;
  private final ExecutorService executor;
  private final LongConsumer progress;
  private final List<Problem> problems = new ArrayList<>();
  private long files;
  private long bytes;

  /**
   * Prepares a verification.
   *
   * @param deep whether values are decoded too, and not only checksums compared
   * @param executor reads segments and tails, several at a time
   * @param progress takes how many more bytes have been checked
   */
  public TableVerifier(
      FileStore store, boolean deep, ExecutorService executor, LongConsumer progress) {
    this.store = store;
    this.deep = deep;
    this.executor = executor;
    this.progress = progress;
  }

  /**
   * Something that is not as it was written.
   *
   * @param file relative to the table
   * @param problem where in the file, what was expected and found, and what to do
   * @param rows how many rows the newest commit shows from the file; 0 if it shows none
   */
  public record Problem(String file, String problem, long rows) {}

  /**
   * What a verification found.
   *
   * @param problems empty if all is well
   * @param files how many segments and tails were checked
   * @param bytes their length together
   */
  public record Report(List<Problem> problems, long files, long bytes) {

    /** Copies the list. */
    public Report {
      problems = List.copyOf(problems);
    }
  }

  /** A segment or tail that some retained commit shows. */
  private static final class Wanted {
    String partition = "";
    SegmentRef segment = new SegmentRef("", 0, 0, 0, 0, 1);
    boolean isSegment;
    long tailEnd;
    final List<TailState> visible = new ArrayList<>();
    final List<String> visibleIn = new ArrayList<>();
    long rows;

    long bytes() {
      return isSegment ? segment.bytes() : tailEnd;
    }
  }

  /** Verifies the table. */
  public Report verify() throws IOException {
    return verify(whole -> {});
  }

  /**
   * Verifies the table.
   *
   * @param whole takes how many bytes there are to check, before the first is reported as checked
   */
  public Report verify(LongConsumer whole) throws IOException {
    TableDirectory table;
    try {
      table = TableDirectory.open(store);
    } catch (CorruptFileException damaged) {
      add(TableLayout.DESCRIPTION, damaged, 0);
      return new Report(problems, files, bytes);
    }
    try (LeasedSnapshot held = hold(table)) {
      Map<String, Wanted> wanted = verifyLog(new FileCommitLog(store));
      whole.accept(wanted.values().stream().mapToLong(Wanted::bytes).sum());
      verifyFiles(table, wanted);
    } catch (CorruptFileException damaged) {
      add("", damaged, 0);
    }
    return new Report(problems, files, bytes);
  }

  /** Keeps what the newest commit shows from going while it is checked, if that can be read. */
  private static @Nullable LeasedSnapshot hold(TableDirectory table) throws IOException {
    try {
      return LeasedSnapshot.latest(table, "a verification", System::currentTimeMillis);
    } catch (VarveException damaged) {
      return null; // what is damaged will be found
    }
  }

  private void add(String file, Exception problem, long rows) {
    problems.add(new Problem(file, String.valueOf(problem.getMessage()), rows));
  }

  /** A state is derived from others: what is wrong with one of them has been told with its file. */
  private void addUnlessTold(String file, Exception problem) {
    String message = String.valueOf(problem.getMessage());
    if (problems.stream().noneMatch(told -> told.problem().equals(message))) {
      add(file, problem, 0);
    }
  }

  /** Checks the log's own files and returns the segments and tails that it names. */
  private Map<String, Wanted> verifyLog(FileCommitLog log) throws IOException {
    Map<String, Wanted> wanted = new TreeMap<>();
    List<Long> numbers = FileCommitLog.numbers(store, TableLayout.COMMITS);
    long newest = numbers.isEmpty() ? 0 : numbers.get(numbers.size() - 1);
    long base;
    try {
      base = log.base();
    } catch (CorruptFileException damaged) {
      add(TableLayout.BASE, damaged, 0);
      return wanted;
    }
    try {
      log.checkHint();
    } catch (CorruptFileException damaged) {
      add(TableLayout.HEAD, damaged, 0);
    }
    verifyStates(base);
    boolean whole = true;
    long before = base;
    for (long number : numbers) {
      if (number <= before) {
        continue; // it has expired
      }
      if (number > before + 1) {
        whole &= !isMissing(log, before + 1, number - 1);
      }
      before = number;
      try {
        Optional<CommitRecord> record = log.read(number);
        if (record.isPresent()) {
          addChanges(record.get(), wanted);
        } else {
          whole &= !isMissing(log, number, number);
        }
      } catch (VarveException damaged) {
        whole = false;
        add(TableLayout.commit(number), damaged, 0);
      }
    }
    base = log.base(); // some may have expired meanwhile
    for (long number : new long[] {base + 1, newest}) {
      if (number <= newest && number > 0 && whole) {
        try {
          log.state(number).ifPresent(state -> addState(state, number == newest, wanted));
        } catch (VarveException damaged) {
          addUnlessTold(TableLayout.state(number), damaged);
        }
      }
    }
    return wanted;
  }

  /** Tells that records can't be read, unless they have expired meanwhile. */
  private boolean isMissing(FileCommitLog log, long from, long last) throws IOException {
    long first = Math.max(from, log.base() + 1);
    if (first > last) {
      return false;
    }
    String file = TableLayout.commit(first);
    String what =
        first == last
            ? ": is missing; restore the file from a backup"
            : ": is missing, and so are all up to " + last + "; restore them from a backup";
    problems.add(new Problem(file, store.describe(file) + what, 0));
    return true;
  }

  private void verifyStates(long base) throws IOException {
    for (long number : FileCommitLog.numbers(store, TableLayout.STATES)) {
      if (number <= base) {
        continue;
      }
      String file = TableLayout.state(number);
      try {
        StateCodec.fromFile(
            store.describe(file), number, store.readAll(file, FileCommitLog.MAX_RECORD_BYTES));
      } catch (NoSuchFileException expired) {
        // It expired since it was listed.
      } catch (VarveException damaged) {
        add(file, damaged, 0);
      }
    }
  }

  private static void addChanges(CommitRecord record, Map<String, Wanted> wanted) {
    CommitRecord.Body body = record.body();
    if (body instanceof CommitRecord.Data data) {
      addAll(data.folded().changes(), wanted);
    } else if (body instanceof CommitRecord.Guest guest) {
      addAll(guest.folded().changes(), wanted);
    } else if (body instanceof CommitRecord.Maintenance maintenance) {
      addAll(maintenance.changes(), wanted);
    } else if (body instanceof CommitRecord.Open open) {
      for (Committable committable : open.pending()) {
        addAll(committable.folded().changes(), wanted);
      }
    }
  }

  private static void addAll(List<? extends Change> changes, Map<String, Wanted> wanted) {
    for (Change change : changes) {
      if (change instanceof Change.Extend extend) {
        addTail(extend.file(), extend.visibleTo().offset(), wanted);
      } else if (change instanceof Change.Seal seal) {
        addSegment(seal.partition(), seal.segment(), wanted);
      } else if (change instanceof Change.Replace replace) {
        replace.outputs().forEach(output -> addSegment(replace.partition(), output, wanted));
      }
    }
  }

  private static Wanted addSegment(
      String partition, SegmentRef segment, Map<String, Wanted> wanted) {
    Wanted file = wanted.computeIfAbsent(segment.file(), name -> new Wanted());
    file.isSegment = true;
    file.partition = partition;
    file.segment = segment;
    return file;
  }

  private static Wanted addTail(String name, long end, Map<String, Wanted> wanted) {
    Wanted file = wanted.computeIfAbsent(name, created -> new Wanted());
    file.tailEnd = Math.max(file.tailEnd, end);
    return file;
  }

  private static void addState(TableState state, boolean newest, Map<String, Wanted> wanted) {
    state
        .partitions()
        .forEach(
            (path, partition) -> {
              partition
                  .segments()
                  .forEach(
                      (name, segment) -> {
                        Wanted file = addSegment(path, segment, wanted);
                        file.rows = newest ? segment.rows() : file.rows;
                      });
              partition
                  .tails()
                  .forEach(
                      (name, tail) -> {
                        Wanted file = addTail(name, tail.visibleTo().offset(), wanted);
                        if (newest && tail.rowCount() > 0) {
                          file.visible.add(tail);
                          file.visibleIn.add(path);
                          file.rows += tail.rowCount();
                        }
                      });
            });
  }

  private void verifyFiles(TableDirectory table, Map<String, Wanted> wanted) throws IOException {
    TableDirectory now = newest(table);
    Map<String, Future<Long>> checks = new TreeMap<>();
    wanted.forEach(
        (name, file) -> {
          Callable<Long> check =
              () -> file.isSegment ? verifySegment(now, file) : verifyTail(now, name, file);
          checks.put(name, executor.submit(check));
        });
    for (Map.Entry<String, Future<Long>> check : checks.entrySet()) {
      try {
        long length = check.getValue().get();
        files++;
        bytes += length;
        progress.accept(length);
      } catch (ExecutionException failed) {
        fileFailed(check.getKey(), wanted, failed.getCause());
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new java.io.InterruptedIOException("the verification was interrupted");
      }
    }
  }

  /** Returns the table with its newest columns, as far as the log can be read. */
  private TableDirectory newest(TableDirectory table) throws IOException {
    if (problems.isEmpty()) {
      return TableSnapshot.latest(table).table();
    }
    try {
      return TableSnapshot.latest(table).table();
    } catch (VarveException damaged) {
      return table; // it is among the problems already
    }
  }

  private void fileFailed(String name, Map<String, Wanted> wanted, @Nullable Throwable failure)
      throws IOException {
    Wanted file = wanted.get(name);
    long rows = file == null ? 0 : file.rows;
    if (failure instanceof NoSuchFileException) {
      if (isStillNeeded(name, rows)) {
        problems.add(
            new Problem(
                name,
                store.describe(name)
                    + ": is missing; restore the file from a backup, or repair the table",
                rows));
      }
    } else if (failure instanceof VarveException damaged) {
      add(name, damaged, rows);
    } else {
      throw new IOException(store.describe(name) + ": could not be checked", failure);
    }
  }

  /** A file of old commits may have expired, or been listed by clean-up, while it was checked. */
  private boolean isStillNeeded(String name, long rows) throws IOException {
    if (rows > 0) {
      return true;
    }
    FileCommitLog log = new FileCommitLog(store);
    Optional<TableState> state = log.state(log.newestRecord());
    return state.isPresent() && !state.get().facts().listed().containsKey(name);
  }

  private long verifySegment(TableDirectory table, Wanted file) throws IOException {
    try (SegmentReader reader = table.openSegment(file.partition, file.segment)) {
      if (deep) {
        reader.verify();
      } else {
        reader.verifyChecksums();
      }
    }
    return file.segment.bytes();
  }

  private long verifyTail(TableDirectory table, String name, Wanted file) throws IOException {
    OptionalLong length = store.length(name);
    if (length.isEmpty()) {
      throw new NoSuchFileException(store.describe(name));
    }
    for (int i = 0; i < file.visible.size(); i++) {
      table.openTail(file.visibleIn.get(i), file.visible.get(i).visible()).close();
    }
    try (var input = store.open(name)) {
      TailScan scan = TailScan.scanFrames(input, 0);
      if (scan.end() < file.tailEnd) {
        throw new CorruptFileException(
            store.describe(name)
                + ": damaged at byte "
                + scan.end()
                + ": expected frames up to byte "
                + file.tailEnd
                + ", found none that is whole; restore the file from a backup, or repair the"
                + " table");
      }
    }
    return file.tailEnd;
  }
}
