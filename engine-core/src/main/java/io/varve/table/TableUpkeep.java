package io.varve.table;

import io.varve.io.SnapshotExpiredException;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.Expiry;
import io.varve.table.protocol.ExpiryLimits;
import io.varve.table.protocol.Head;
import io.varve.table.protocol.LogOperation;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.MaintenanceOperation;
import io.varve.table.protocol.MaintenanceRequest;
import io.varve.table.protocol.OrphanCleanUp;
import io.varve.table.protocol.Removal;
import io.varve.table.protocol.RetainedLog;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a table small and whole: lets old commits expire, removes files that nobody needs, names
 * commits that are to be kept. Beside the job that writes to the table, which it never fences, and
 * beside any number of others that do the same. Confined to one thread, but for {@link #stop}.
 *
 * <p>An act that fails or is stopped has done a part or nothing, and harms nobody; done again it
 * goes on. What was read of the log is kept from act to act, so a job keeps one of these.
 */
public final class TableUpkeep {

  private static final int MAX_TAG_LENGTH = 200;

  /** However short the history: a temporary file may belong to somebody who writes it now. */
  private static final long MIN_LEFTOVER_MILLIS = 3_600_000;

  private final TableDirectory table;
  private final FileCommitLog log;
  private final String who;
  private final LongSupplier clockMillis;
  private final RetainedLog retained = new RetainedLog();
  private final LogView view = new LogView();
  private long orphansSoughtFor = Long.MIN_VALUE;
  private volatile boolean stopped;

  /**
   * Creates an upkeep.
   *
   * @param who does it, in words, for its records
   * @param clockMillis tells the age of commits
   */
  public TableUpkeep(TableDirectory table, String who, LongSupplier clockMillis) {
    this.table = table;
    this.log = new FileCommitLog(table.store());
    this.who = who;
    this.clockMillis = clockMillis;
  }

  /**
   * Removes the commits that are older than the history, neither tagged nor leased, and the files
   * that only they show. A commit goes only when all before it go.
   *
   * @param dryRun whether it is only told what would go
   * @return what has gone
   */
  public Removal expire(HistoryOptions history, boolean dryRun) throws IOException {
    ExpiryLimits limits =
        new ExpiryLimits(clockMillis.getAsLong() - history.timeMillis(), history.minCommits());
    if (!dryRun) {
      return run(new Expiry(limits, author("expire"), view, retained));
    }
    return existing(run(Expiry.dryRun(limits, view, retained)));
  }

  /** Returns the removal without the files that are gone already. */
  private Removal existing(Removal planned) throws IOException {
    List<String> files = new ArrayList<>();
    long bytes = 0;
    for (String file : planned.files()) {
      OptionalLong length = table.store().length(file);
      if (length.isPresent()) {
        files.add(file);
        bytes += length.getAsLong();
      }
    }
    return new Removal(planned.expiredThrough(), planned.records(), files, bytes, false);
  }

  /**
   * Removes segments and tails that no commit shows and no restorable savepoint can bring in: those
   * last written before the newest start of a job that is itself older than the history. In a table
   * that only batch jobs have ever written to, those last written before the history.
   *
   * @param dryRun whether it is only told what would go
   * @return what has gone
   */
  public Removal removeOrphans(HistoryOptions history, boolean dryRun) throws IOException {
    long oldBefore = clockMillis.getAsLong() - history.timeMillis();
    return run(
        dryRun
            ? OrphanCleanUp.dryRun(oldBefore, view, retained)
            : new OrphanCleanUp(oldBefore, author("remove orphans"), view, retained));
  }

  /**
   * Returns the segments and tails that no commit shows and that were last written before the
   * newest start of a job, however short ago: a savepoint may yet bring some in, the others are
   * removed when the history has passed. Lists all files.
   */
  public Removal orphans() throws IOException {
    return run(OrphanCleanUp.dryRun(Long.MAX_VALUE, view, retained));
  }

  /**
   * Removes orphans if there can be others than when it was last called: if a job's start has
   * become older than the history since. Else nothing is listed.
   */
  public Removal removeNewOrphans(HistoryOptions history) throws IOException {
    long oldBefore = clockMillis.getAsLong() - history.timeMillis();
    OrphanCleanUp cleanUp =
        new OrphanCleanUp(oldBefore, author("remove orphans"), view, retained)
            .unlessSoughtFor(orphansSoughtFor);
    Removal removed = run(cleanUp);
    orphansSoughtFor = cleanUp.newestOldOpen();
    return removed;
  }

  /**
   * Removes what failures left of the log's own files: temporary files, records and states that
   * have expired, leases that lapsed a while ago.
   *
   * @param dryRun whether it is only told what would go
   * @return the paths of the files that have gone
   */
  public List<String> removeLeftovers(HistoryOptions history, boolean dryRun) throws IOException {
    long now = clockMillis.getAsLong();
    long oldBefore = now - Math.max(history.timeMillis(), MIN_LEFTOVER_MILLIS);
    long lapsedBefore = now - ReadLease.DEFAULT_MILLIS;
    List<String> gone = new ArrayList<>();
    for (String file : Leftovers.find(table.store(), log.base(), oldBefore, lapsedBefore)) {
      requireNotStopped();
      if (dryRun || table.store().delete(file)) {
        gone.add(file);
      }
    }
    if (!dryRun) {
      log.trimBase();
    }
    return gone;
  }

  /**
   * Drops the rows of events that are older than a time, for good: those that come later too.
   * Segments that hold nothing else go at once; the rows of others are hidden from every read, and
   * leave the disk when their file is written anew or has only such rows.
   *
   * @param cutoffNanos nanoseconds since the epoch; an earlier one than before changes nothing
   * @return the number of the record that says so, 0 if it changes nothing
   */
  public long dropOlderThan(long cutoffNanos, String why) throws IOException {
    return maintain(why, head -> TimeCutoff.changes(table, head, cutoffNanos));
  }

  /**
   * Drops the rows that have outlived their time, the table's or their partition's, in steps of a
   * hundredth of it, and only where a segment holds such rows.
   *
   * @return the number of the record that says so, 0 if it changes nothing
   */
  public long dropExpiredRows(UpkeepOptions ttl) throws IOException {
    boolean byPartition = !ttl.ttlByPartition().rules().isEmpty();
    if (!byPartition && ttl.ttlMillis() == UpkeepOptions.FOREVER) {
      return 0;
    }
    long nowMillis = clockMillis.getAsLong();
    return maintain(
        byPartition ? "ttl by partition" : "ttl of " + Duration.ofMillis(ttl.ttlMillis()),
        head -> TimeCutoff.expired(table, head, ttl, nowMillis));
  }

  /**
   * Returns what upkeep keeps to now: the options of a job, but for those that the table sets.
   *
   * @param job what the job says
   */
  public UpkeepOptions options(UpkeepOptions job) throws IOException {
    while (!view.advance(log)) {
      requireNotStopped();
    }
    return TableSnapshot.of(table, view.head()).table().options().applyTo(job);
  }

  /**
   * Returns how much of the past stays: as is given, else as the table's options say, else as is
   * usual.
   *
   * @param timeMillis how long commits and savepoints stay; null if nobody says
   * @param minCommits how many of the newest commits stay; null if nobody says
   */
  public HistoryOptions history(@Nullable Long timeMillis, @Nullable Integer minCommits)
      throws IOException {
    HistoryOptions told = options(UpkeepOptions.DEFAULTS).history();
    return new HistoryOptions(
        timeMillis == null ? told.timeMillis() : timeMillis,
        minCommits == null ? told.minCommits() : minCommits);
  }

  /** Returns the tags and the numbers of the commits that they name. */
  public SortedMap<String, Long> tags() throws IOException {
    while (!view.advance(log)) {
      requireNotStopped();
    }
    return view.head().state().facts().tags().toSortedMap();
  }

  /**
   * Names a commit: it stays readable, and savepoints taken at it or later restorable, until the
   * tag is taken away.
   *
   * @param record the commit's number
   * @return the number of the record that says so, 0 if it is so already
   * @throws SnapshotExpiredException if there is no such commit, or no longer
   * @throws IllegalArgumentException if the tag names another commit, or is no name
   */
  public long tag(String tag, long record) throws IOException {
    if (tag.isBlank() || tag.length() > MAX_TAG_LENGTH || tag.chars().anyMatch(c -> c < ' ')) {
      throw new IllegalArgumentException(
          "a tag has 1 to " + MAX_TAG_LENGTH + " printable characters, not '" + tag + "'");
    }
    return maintain("tag " + tag, head -> tagging(head, tag, record));
  }

  private List<Change> tagging(Head head, String tag, long record) throws IOException {
    Long before = head.state().facts().tags().get(tag);
    if (before != null && before == record) {
      return List.of();
    }
    if (before != null) {
      throw new IllegalArgumentException(
          "tag '" + tag + "' names commit " + before + "; take it away first, or choose another");
    }
    long expired = head.state().facts().expiredThrough();
    if (record <= expired || record > head.number()) {
      throw new SnapshotExpiredException(
          table.store().describe("")
              + ": there is no commit "
              + record
              + " to tag; there are those from "
              + (expired + 1)
              + " to "
              + head.number());
    }
    return List.of(new Change.Tag(tag, record));
  }

  /**
   * Takes a tag away.
   *
   * @return the number of the record that says so, 0 if there is no such tag
   */
  public long untag(String tag) throws IOException {
    return maintain(
        "remove tag " + tag,
        head ->
            head.state().facts().tags().containsKey(tag)
                ? List.of(new Change.Tag(tag, 0))
                : List.of());
  }

  private long maintain(String why, MaintenanceRequest request) throws IOException {
    return run(new MaintenanceOperation(request, author(why), view));
  }

  private Author author(String why) {
    return new Author(UUID.randomUUID().toString(), who, why);
  }

  /** Ends what is being done, soon and without waiting, with an {@link InterruptedIOException}. */
  public void stop() {
    stopped = true;
  }

  private void requireNotStopped() throws InterruptedIOException {
    if (stopped) {
      throw new InterruptedIOException("the upkeep of the table was stopped");
    }
  }

  private <R> R run(LogOperation<R> operation) throws IOException {
    int lost = 0;
    while (true) {
      requireNotStopped();
      @Nullable R result = operation.step(log, clockMillis.getAsLong());
      if (result != null) {
        return result;
      }
      if (operation.conflicts() > lost) {
        lost = operation.conflicts();
        BackOff.await(lost);
      }
    }
  }
}
