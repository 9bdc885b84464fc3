package io.varve.table;

import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.io.FileEntry;
import io.varve.io.FileStore;
import io.varve.io.UnsupportedVersionException;
import io.varve.table.protocol.CommitLog;
import io.varve.table.protocol.CommitRecord;
import io.varve.table.protocol.StateApplier;
import io.varve.table.protocol.StoredFile;
import io.varve.table.protocol.TableState;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The commit log as files of a table (format.md, "Commit log"). Thread-safe but for the memory of
 * BASE, so use one for each thread.
 *
 * <p>{@code HEAD} holds the number of a recent record: a hint that may be stale or lost. BASE is a
 * {@link BaseChain}.
 */
public final class FileCommitLog implements CommitLog {

  /** How many records after a full state the next one is stored. */
  public static final int STATE_INTERVAL = 100;

  private static final int HEAD_MAGIC = 0x44484356; // "VCHD"
  static final long MAX_RECORD_BYTES = 1L << 30;
  private static final int MAX_HINT_BYTES = 64;

  private final FileStore store;
  private final StateApplier applier = new StateApplier();
  private final BaseChain base;

  /** Opens the log of the table at the root of a store. */
  public FileCommitLog(FileStore store) {
    this.store = store;
    this.base = new BaseChain(store);
  }

  @Override
  public long newest() throws IOException {
    Long hint = readHint();
    if (hint != null && hint > base() && store.length(TableLayout.commit(hint)).isPresent()) {
      return hint;
    }
    return newestRecord();
  }

  /** Returns the greatest number of a record, whatever HEAD says; 0 if there is none. */
  long newestRecord() throws IOException {
    return newestIn(TableLayout.COMMITS);
  }

  /**
   * Checks that the hint is whole and names no record that never was, also while records are made.
   *
   * @throws CorruptFileException if it is damaged; the log works without it, only slower
   */
  void checkHint() throws IOException {
    Long hint = readHint();
    long newest = newestRecord(); // after the hint, which never names what comes
    boolean lost = hint == null && store.length(TableLayout.HEAD).isPresent();
    if (lost || (hint != null && hint > newest)) {
      throw new CorruptFileException(
          store.describe(TableLayout.HEAD)
              + ": damaged at byte 0: expected the number of a record up to "
              + newest
              + ", found "
              + (hint == null ? "other bytes" : String.valueOf(hint))
              + "; it is only a hint, delete it");
    }
  }

  /** Returns the number of the newest record whose state is stored whole, 0 if none is. */
  public long newestState() throws IOException {
    return newestIn(TableLayout.STATES);
  }

  private long newestIn(String directory) throws IOException {
    List<Long> numbers = numbers(store, directory);
    return numbers.isEmpty() ? 0 : numbers.get(numbers.size() - 1);
  }

  /** Returns the numbers that the files of commits or states are named by, ascending. */
  static List<Long> numbers(FileStore store, String directory) throws IOException {
    List<Long> numbers = new ArrayList<>();
    for (FileEntry entry : store.list(directory)) {
      long number = TableLayout.numberOf(entry.name());
      if (number >= 0) {
        numbers.add(number);
      }
    }
    numbers.sort(null);
    return numbers;
  }

  @Override
  public Optional<CommitRecord> read(long number) throws IOException {
    String path = TableLayout.commit(number);
    byte[] content;
    try {
      content = store.readAll(path, MAX_RECORD_BYTES);
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
    CommitRecord record = RecordCodec.fromFile(store.describe(path), content);
    if (record.number() != number) {
      throw new CorruptFileException(
          store.describe(path)
              + ": holds record "
              + record.number()
              + "; files of the commit log were renamed, bring the directory back from a backup");
    }
    return Optional.of(record);
  }

  @Override
  public Optional<TableState> state(long number) throws IOException {
    Deque<CommitRecord> later = new ArrayDeque<>();
    long at = number;
    TableState state = null;
    while (state == null) {
      state = at == 0 ? TableState.EMPTY : storedState(at);
      if (state == null) {
        Optional<CommitRecord> record = read(at);
        if (record.isEmpty()) {
          return Optional.empty();
        }
        later.push(record.get());
        at = record.get().base();
      }
    }
    if (!later.isEmpty() && later.peek().number() <= base()) {
      return Optional.empty(); // it expired meanwhile, and what stood there may be no record
    }
    while (!later.isEmpty()) {
      state = applier.apply(state, later.pop());
    }
    return Optional.of(state);
  }

  private @Nullable TableState storedState(long number) throws IOException {
    String path = TableLayout.state(number);
    try {
      byte[] content = store.readAll(path, MAX_RECORD_BYTES);
      return StateCodec.fromFile(store.describe(path), number, content);
    } catch (NoSuchFileException none) {
      return null;
    }
  }

  @Override
  public boolean create(CommitRecord record) throws IOException {
    boolean created =
        store.publish(TableLayout.commit(record.number()), RecordCodec.toFile(record));
    if (created) {
      writeHint(record.number());
    }
    return created;
  }

  /** Has HEAD point to a record, from which on the log is read. */
  void writeHint(long number) throws IOException {
    store.replace(TableLayout.HEAD, hint(number));
  }

  @Override
  public void sync() throws IOException {
    store.syncDirectory(TableLayout.COMMITS);
  }

  @Override
  public long base() throws IOException {
    return base.read();
  }

  @Override
  public void raiseBase(long through) throws IOException {
    base.raise(through);
  }

  /** Deletes the files of BASE that nobody needs any more. */
  void trimBase() throws IOException {
    base.trim();
  }

  @Override
  public List<String> missing(Collection<String> files) throws IOException {
    List<String> missing = new ArrayList<>();
    for (String file : files) {
      if (store.length(file).isEmpty()) {
        missing.add(file);
      }
    }
    return missing;
  }

  @Override
  public List<StoredFile> files() throws IOException {
    List<StoredFile> files = new ArrayList<>();
    collectFiles("", files);
    return files;
  }

  private void collectFiles(String directory, List<StoredFile> files) throws IOException {
    for (FileEntry entry : store.list(directory)) {
      String path = directory.isEmpty() ? entry.name() : directory + "/" + entry.name();
      if (entry.directory()) {
        collectFiles(path, files);
      } else if (TableLayout.isDataFile(path)) {
        files.add(new StoredFile(path, entry.length(), entry.modifiedMillis()));
      }
    }
  }

  @Override
  public OptionalLong deleteFile(String file) throws IOException {
    OptionalLong length = store.length(file);
    return store.delete(file) ? length : OptionalLong.empty();
  }

  @Override
  public OptionalLong oldestLease(long nowMillis) throws IOException {
    return LeaseFile.list(store).stream()
        .filter(lease -> lease.validUntilMillis() >= nowMillis)
        .mapToLong(LeaseFile::record)
        .min();
  }

  @Override
  public void keepState(long number, TableState state) throws IOException {
    store.publish(TableLayout.state(number), StateCodec.toFile(number, state));
  }

  @Override
  public boolean deleteRecord(long number) throws IOException {
    store.delete(TableLayout.state(number));
    return store.delete(TableLayout.commit(number));
  }

  private static byte[] hint(long number) {
    BytesWriter out = new BytesWriter(32);
    RecordCodec.writeHeader(out, HEAD_MAGIC);
    return out.writeLong(number).writeChecksum(0).toByteArray();
  }

  /** Returns what HEAD holds, null if it is missing or damaged. */
  private @Nullable Long readHint() throws IOException {
    try {
      byte[] content = store.readAll(TableLayout.HEAD, MAX_HINT_BYTES);
      BytesReader body =
          RecordCodec.checkedBody(store.describe(TableLayout.HEAD), content, HEAD_MAGIC);
      long number = body.readLong();
      body.expectEnd();
      return number;
    } catch (NoSuchFileException | CorruptFileException | UnsupportedVersionException unreadable) {
      return null;
    }
  }
}
