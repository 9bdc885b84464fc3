package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A table's storage in memory, with rows in its files and faults on demand. */
final class MemoryLog implements CommitLog {

  /** How the next create ends. */
  enum Fault {
    NONE,
    LOST_BEFORE,
    LOST_AFTER,
    LATE
  }

  /** A create that may still happen after its author has given it up. */
  record Late(CommitRecord record, Ghost.Actor actor) {}

  /** Is told of what happens to the log. */
  interface Observer {
    void created(CommitRecord record, TableState state);

    void deleted(String file);

    void shrunk();
  }

  /** A reader's claim on a record, which lapses. */
  record Lease(long record, long validUntil) {}

  /** The rows of a file; a tail's grow. */
  static final class Rows {
    final List<Integer> rows = new ArrayList<>();
    long lastWritten;
  }

  final TreeMap<Long, CommitRecord> records = new TreeMap<>();
  final TreeMap<String, Rows> files = new TreeMap<>();
  final TreeMap<Integer, Lease> leases = new TreeMap<>();
  long now = 1;
  long base;

  /** How many records the hint of the newest is behind when it is read next. */
  long staleHint;

  Fault fault = Fault.NONE;
  @Nullable Late late;

  private final Map<Long, TableState> keptStates = new HashMap<>();
  private final Map<Long, TableState> cache = new HashMap<>();
  private final boolean exclusive;
  private final StateApplier applier;
  private final Observer observer;
  private final Supplier<Ghost.Actor> actor;

  MemoryLog(Rules rules, boolean exclusive, Observer observer, Supplier<Ghost.Actor> actor) {
    this.applier = new StateApplier(rules);
    this.exclusive = exclusive;
    this.observer = observer;
    this.actor = actor;
  }

  /** Returns what the hint says; it is written without care, but one below the base is ignored. */
  @Override
  public long newest() {
    long hint = Math.max(newestExactly() - staleHint, Math.min(base + 1, newestExactly()));
    staleHint = 0;
    return hint;
  }

  long newestExactly() {
    return records.isEmpty() ? 0 : records.lastKey();
  }

  @Override
  public Optional<CommitRecord> read(long number) {
    return Optional.ofNullable(records.get(number));
  }

  @Override
  public Optional<TableState> state(long number) {
    return Optional.ofNullable(derive(number));
  }

  @Override
  public boolean create(CommitRecord record) throws IOException {
    Fault now = fault;
    fault = Fault.NONE;
    if (now == Fault.LATE) {
      late = new Late(record, actor.get());
    }
    if (now == Fault.LOST_BEFORE || now == Fault.LATE) {
      throw new IOException("injected: nothing was written");
    }
    if (exclusive && records.containsKey(record.number())) {
      if (now == Fault.LOST_AFTER) {
        throw new IOException("injected: exists, but the answer is lost");
      }
      return false;
    }
    records.put(record.number(), record);
    cache.remove(record.number());
    this.now++;
    if (record.number() > base) {
      TableState state = derive(record.number());
      if (state == null) {
        throw new Violation("the state after new record " + record.number() + " can't be derived");
      }
      observer.created(record, state);
    }
    if (now == Fault.LOST_AFTER) {
      throw new IOException("injected: written, but the answer is lost");
    }
    return true;
  }

  @Override
  public long base() {
    return base;
  }

  @Override
  public List<String> missing(Collection<String> names) {
    return names.stream().filter(name -> !files.containsKey(name)).toList();
  }

  @Override
  public List<StoredFile> files() {
    List<StoredFile> all = new ArrayList<>();
    files.forEach(
        (name, rows) -> all.add(new StoredFile(name, rows.rows.size(), rows.lastWritten)));
    return List.copyOf(all);
  }

  @Override
  public OptionalLong deleteFile(String file) {
    Rows rows = files.remove(file);
    if (rows == null) {
      return OptionalLong.empty();
    }
    observer.deleted(file);
    return OptionalLong.of(rows.rows.size());
  }

  @Override
  public OptionalLong oldestLease(long nowMillis) {
    return leases.values().stream()
        .filter(lease -> lease.validUntil() >= nowMillis)
        .mapToLong(Lease::record)
        .min();
  }

  @Override
  public void keepState(long number, TableState state) {
    keptStates.put(number, state);
  }

  @Override
  public void raiseBase(long through) {
    base = Math.max(base, through);
    observer.shrunk();
  }

  @Override
  public boolean deleteRecord(long number) {
    keptStates.remove(number);
    boolean existed = records.remove(number) != null;
    observer.shrunk();
    return existed;
  }

  Rows write(String file, Collection<Integer> rows) {
    Rows all = files.computeIfAbsent(file, name -> new Rows());
    all.rows.addAll(rows);
    all.lastWritten = now;
    return all;
  }

  /** Derives a state as a reader would: from kept states and the records that are there. */
  @Nullable TableState derive(long number) {
    if (number == 0) {
      return TableState.EMPTY;
    }
    CommitRecord record = records.get(number);
    if (record == null) {
      return null;
    }
    TableState kept = keptStates.get(number);
    if (kept != null) {
      return kept;
    }
    List<CommitRecord> chain = new ArrayList<>();
    TableState state = null;
    CommitRecord link = record;
    while (state == null) {
      chain.add(link);
      long below = link.base();
      state = below == 0 ? TableState.EMPTY : keptStates.get(below);
      if (below > 0 && !records.containsKey(below)) {
        return null;
      }
      if (state == null) {
        link = requireNonNull(records.get(below));
      }
    }
    TableState known = cache.get(number);
    if (known != null) {
      return known;
    }
    try {
      for (int i = chain.size() - 1; i >= 0; i--) {
        TableState before = state;
        CommitRecord next = chain.get(i);
        TableState cached = cache.get(next.number());
        state = cached == null ? applier.apply(before, next) : cached;
        cache.put(next.number(), state);
      }
    } catch (IOException e) {
      throw new Violation("record " + number + " can't be applied: " + e.getMessage());
    }
    return state;
  }
}
