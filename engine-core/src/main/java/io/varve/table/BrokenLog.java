package io.varve.table;

import io.varve.io.FileStore;
import io.varve.io.VarveException;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.CommitRecord;
import io.varve.table.protocol.Committable;
import io.varve.table.protocol.Head;
import io.varve.table.protocol.LogFacts;
import io.varve.table.protocol.PersistentMap;
import io.varve.table.protocol.Reign;
import io.varve.table.protocol.RunId;
import io.varve.table.protocol.StateApplier;
import io.varve.table.protocol.TableState;
import io.varve.table.protocol.Tombstone;
import io.varve.table.protocol.Truncation;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** A commit log of which files are damaged or missing. Confined to one thread. */
final class BrokenLog {

  private final FileStore store;
  private final FileCommitLog log;
  private final Set<String> damaged;
  private final StateApplier applier = new StateApplier();
  private final long newest;

  /**
   * Looks at a log.
   *
   * @param damaged the files that can't be used
   */
  BrokenLog(FileStore store, Set<String> damaged) throws IOException {
    this.store = store;
    this.log = new FileCommitLog(store);
    this.damaged = damaged;
    this.newest = log.newestRecord();
  }

  /** Returns the number of the newest record, whole or not. */
  long newest() {
    return newest;
  }

  long number(String file) {
    return Long.parseLong(file.substring(file.lastIndexOf('/') + 1));
  }

  /** Returns the newest record that is whole and whose state can be derived; null if none is. */
  @Nullable Head newestWhole() throws IOException {
    for (long number = newest; number > log.base(); number--) {
      CommitRecord record = read(number);
      TableState state = record == null ? null : derive(number);
      if (record != null && state != null) {
        return new Head(record, state);
      }
    }
    return null;
  }

  private @Nullable CommitRecord read(long number) throws IOException {
    if (damaged.contains(TableLayout.commit(number))) {
      return null;
    }
    try {
      return log.read(number).orElse(null);
    } catch (VarveException broken) {
      return null;
    }
  }

  private @Nullable TableState derive(long number) throws IOException {
    Deque<CommitRecord> later = new ArrayDeque<>();
    long at = number;
    TableState state = null;
    while (state == null) {
      state = at == 0 ? TableState.EMPTY : stored(at);
      if (state == null) {
        CommitRecord record = read(at);
        if (record == null) {
          return null;
        }
        later.push(record);
        at = record.base();
      }
    }
    while (!later.isEmpty()) {
      state = applier.apply(state, later.pop());
    }
    return state;
  }

  private @Nullable TableState stored(long number) throws IOException {
    String path = TableLayout.state(number);
    if (damaged.contains(path)) {
      return null;
    }
    try {
      byte[] content = store.readAll(path, FileCommitLog.MAX_RECORD_BYTES);
      return StateCodec.fromFile(store.describe(path), number, content);
    } catch (NoSuchFileException | VarveException none) {
      return null;
    }
  }

  /** Returns how many new rows a record brought; -1 if it can't be read. */
  long rowsBroughtBy(long number) throws IOException {
    CommitRecord record = read(number);
    if (record == null) {
      return -1;
    }
    long rows = 0;
    for (Change change : changes(record)) {
      if (change instanceof Change.Seal seal) {
        rows += seal.segment().rows();
      } else if (change instanceof Change.Extend extend) {
        rows += extend.visibleTo().rows() - extend.from().rows();
      }
    }
    return rows;
  }

  private static List<Change> changes(CommitRecord record) {
    List<Change> changes = new ArrayList<>();
    CommitRecord.Body body = record.body();
    if (body instanceof CommitRecord.Data data) {
      changes.addAll(data.folded().changes());
    } else if (body instanceof CommitRecord.Guest guest) {
      changes.addAll(guest.folded().changes());
    } else if (body instanceof CommitRecord.Maintenance maintenance) {
      changes.addAll(maintenance.changes());
    } else if (body instanceof CommitRecord.Open open) {
      for (Committable committable : open.pending()) {
        changes.addAll(committable.folded().changes());
      }
    }
    return changes;
  }

  /**
   * Begins an epoch at a record, under the number after the newest: a job that still writes loses
   * the race for that number, or finds the epoch. Deletes and columns of the records that are lost
   * stay.
   */
  void goBackTo(Head head, Author author, long nowMillis) throws IOException {
    LogFacts facts = head.state().facts();
    PersistentMap<Tombstone> tombstones = facts.tombstones();
    PersistentMap<String> properties = facts.properties();
    long epoch = head.record().reign().epoch();
    long time = Math.max(nowMillis, head.record().timeMillis() + 1);
    for (long number = head.number() + 1; number <= newest; number++) {
      CommitRecord lost = read(number);
      epoch = lost == null ? epoch + 1 : Math.max(epoch, lost.reign().epoch());
      if (lost != null) {
        time = Math.max(time, lost.timeMillis() + 1);
        for (Change change : changes(lost)) {
          if (change instanceof Change.Delete delete && !Truncation.is(delete.tombstone())) {
            Tombstone tombstone = delete.tombstone().recordedAt(newest + 1);
            tombstones = tombstones.with(tombstone.id(), tombstone);
          } else if (change instanceof Change.Define define) {
            String value = define.value();
            properties =
                value == null
                    ? properties.without(define.key())
                    : properties.with(define.key(), value);
          }
        }
      }
    }
    RunId run = new RunId(time, ThreadLocalRandom.current().nextLong());
    Reign reign =
        new Reign(head.record().reign().lineage(), epoch + 1, run, "", time, author.who());
    LogFacts kept =
        new LogFacts(
            tombstones,
            facts.repeating(),
            facts.epochs(),
            properties,
            facts.tags(),
            facts.listed(),
            head.number());
    CommitRecord next =
        new CommitRecord(
            newest + 1,
            head.number(),
            time,
            reign,
            head.record().progress(),
            author,
            new CommitRecord.Open(List.of(), kept));
    log.keepState(head.number(), head.state());
    if (!log.create(next)) {
      throw new FileAlreadyExistsException(
          store.describe(TableLayout.commit(newest + 1)),
          null,
          "somebody has committed while the table was repaired; stop the job, and verify again");
    }
    Optional<TableState> state = log.state(newest + 1);
    if (state.isEmpty()) {
      throw new IOException(store.describe("") + ": the table could not be taken back");
    }
  }
}
