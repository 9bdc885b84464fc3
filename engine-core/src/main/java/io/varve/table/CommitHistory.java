package io.varve.table;

import io.varve.io.SnapshotExpiredException;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.CommitRecord;
import io.varve.table.protocol.Committable;
import io.varve.table.protocol.PartitionState;
import io.varve.table.protocol.StateApplier;
import io.varve.table.protocol.TableState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The commits of a table, one after the other, the oldest first. Reads each record once, and knows
 * of further ones as they are made. Confined to one thread.
 */
public final class CommitHistory {

  private final TableDirectory table;
  private final FileCommitLog log;
  private final StateApplier applier = new StateApplier();
  private final TableState newest;
  private long next;
  private @Nullable TableState state;
  private long rows;

  private CommitHistory(TableDirectory table, long next) throws IOException {
    this.table = table;
    this.log = new FileCommitLog(table.store());
    this.newest = TableSnapshot.latest(table).state();
    this.next = Math.max(next, log.base() + 1);
  }

  /** Returns all commits that have not expired. */
  public static CommitHistory all(TableDirectory table) throws IOException {
    return from(table, 1);
  }

  /** Returns the commits from a number on, or from the oldest that has not expired. */
  public static CommitHistory from(TableDirectory table, long number) throws IOException {
    return new CommitHistory(table, number);
  }

  /** Returns the newest commits, the oldest of them first. */
  public static List<CommitInfo> last(TableDirectory table, int count) throws IOException {
    long first = TableSnapshot.latest(table).number() - count + 1;
    CommitHistory history = from(table, first);
    List<CommitInfo> commits = new ArrayList<>();
    Optional<CommitInfo> commit;
    while ((commit = history.next()).isPresent()) {
      commits.add(commit.get());
    }
    return commits.subList(Math.max(0, commits.size() - count), commits.size());
  }

  /**
   * Returns the next commit, empty if there is none yet.
   *
   * @throws SnapshotExpiredException if it has expired since this history was begun
   */
  public Optional<CommitInfo> next() throws IOException {
    Optional<CommitRecord> read = log.read(next);
    if (read.isEmpty()) {
      requireRetained(next);
      return Optional.empty();
    }
    CommitRecord record = read.get();
    TableState before = state;
    if (before == null || record.base() != next - 1) {
      before = record.base() == 0 ? TableState.EMPTY : log.state(record.base()).orElse(null);
      rows = before == null ? 0 : rows(before);
    }
    TableState after;
    long added;
    if (before == null) {
      // What the oldest commit starts from has expired.
      after = log.state(next).orElse(null);
      if (after == null) {
        requireRetained(next);
        throw new SnapshotExpiredException(
            table.store().describe("") + ": commit " + next + " can't be read any more; try again");
      }
      rows = rows(after);
      added = 0;
    } else {
      after = applier.apply(before, record);
      added = addedRows(record, before, after);
      rows += added;
    }
    state = after;
    next++;
    return Optional.of(info(record, rows, added));
  }

  private void requireRetained(long number) throws IOException {
    if (log.base() >= number) {
      throw new SnapshotExpiredException(
          table.store().describe("")
              + ": commit "
              + number
              + " expired while the commits were listed; list them again");
    }
  }

  private static long rows(TableState state) {
    long[] sum = {0};
    state.partitions().forEach((path, partition) -> sum[0] += rows(partition));
    return sum[0];
  }

  private static long rows(PartitionState partition) {
    long[] sum = {0};
    partition.segments().forEach((file, segment) -> sum[0] += segment.rows());
    partition.tails().forEach((file, tail) -> sum[0] += tail.rowCount());
    return sum[0];
  }

  private static long addedRows(CommitRecord record, TableState before, TableState after) {
    Set<String> touched = new HashSet<>();
    for (Change change : changes(record)) {
      if (change instanceof Change.Files files) {
        touched.add(files.partition());
      }
    }
    long added = 0;
    for (String partition : touched) {
      added += rows(after.partition(partition)) - rows(before.partition(partition));
    }
    return added;
  }

  private static List<Change> changes(CommitRecord record) {
    CommitRecord.Body body = record.body();
    if (body instanceof CommitRecord.Data data) {
      return List.copyOf(data.folded().changes());
    }
    if (body instanceof CommitRecord.Guest guest) {
      List<Change> all = new ArrayList<>(guest.replaced());
      all.addAll(guest.folded().changes());
      return all;
    }
    if (body instanceof CommitRecord.Maintenance maintenance) {
      return maintenance.changes();
    }
    List<Change> changes = new ArrayList<>();
    for (Committable committable : ((CommitRecord.Open) body).pending()) {
      changes.addAll(committable.folded().changes());
    }
    return changes;
  }

  private CommitInfo info(CommitRecord record, long rowCount, long added) {
    List<String> tags = new ArrayList<>();
    newest
        .facts()
        .tags()
        .forEach(
            (tag, tagged) -> {
              if (tagged == record.number()) {
                tags.add(tag);
              }
            });
    return new CommitInfo(
        record.number(),
        record.base(),
        kind(record.body()),
        record.timeMillis(),
        record.reign().lineage(),
        record.reign().epoch(),
        record.progress().checkpoint(),
        record.progress().watermark(),
        rowCount,
        added,
        lateRows(record.body()),
        tags,
        record.author().who(),
        record.author().why());
  }

  private static CommitInfo.Kind kind(CommitRecord.Body body) {
    if (body instanceof CommitRecord.Open) {
      return CommitInfo.Kind.OPEN;
    }
    if (body instanceof CommitRecord.Data) {
      return CommitInfo.Kind.DATA;
    }
    return body instanceof CommitRecord.Guest ? CommitInfo.Kind.GUEST : CommitInfo.Kind.MAINTENANCE;
  }

  private static long lateRows(CommitRecord.Body body) {
    if (body instanceof CommitRecord.Data data) {
      return data.folded().lateRows();
    }
    if (body instanceof CommitRecord.Guest guest) {
      return guest.folded().lateRows();
    }
    long late = 0;
    if (body instanceof CommitRecord.Open open) {
      for (Committable committable : open.pending()) {
        late += committable.folded().lateRows();
      }
    }
    return late;
  }
}
