package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Deletes the files that no retained record names and no restorable savepoint can. They are listed
 * in a record first, so that nobody names them any more. The result is what was deleted.
 *
 * <p>A file is an orphan if no retained record names it and it was last written before the newest
 * open that is itself older than the table's history: whoever wrote it has been fenced for so long
 * that its savepoints have expired. Without such an open nothing is listed; unless nobody has ever
 * opened the table. Then there are guests alone, who have no savepoints and take no longer than the
 * history: an orphan was last written before that.
 */
public final class OrphanCleanUp extends LogOperation<Removal> {

  private final long oldBeforeMillis;
  private final Author author;
  private final RetainedLog retained;
  private final boolean dryRun;
  private final Set<String> namedByStates = new HashSet<>();
  private final Set<Long> statesRead = new HashSet<>();
  private final List<String> deleted = new ArrayList<>();
  private long deletedBytes;
  private long soughtFor = Long.MIN_VALUE;
  private boolean started;
  private @Nullable List<StoredFile> listing;
  private @Nullable Queue<String> toDelete;

  /**
   * Prepares a clean-up.
   *
   * @param oldBeforeMillis what was opened before this time is old: now less the history
   * @param author who makes the record
   * @param view may be new
   * @param retained what has been read of the log before; may be new
   */
  public OrphanCleanUp(long oldBeforeMillis, Author author, LogView view, RetainedLog retained) {
    this(oldBeforeMillis, author, view, retained, Rules.ALL);
  }

  OrphanCleanUp(
      long oldBeforeMillis, Author author, LogView view, RetainedLog retained, Rules rules) {
    this(oldBeforeMillis, author, view, retained, rules, false);
  }

  private OrphanCleanUp(
      long oldBeforeMillis,
      Author author,
      LogView view,
      RetainedLog retained,
      Rules rules,
      boolean dryRun) {
    super(view, rules);
    this.oldBeforeMillis =
        rules.hold(Rule.ORPHAN_NEEDS_OLD_OPEN) ? oldBeforeMillis : Long.MAX_VALUE;
    this.author = author;
    this.retained = retained;
    this.dryRun = dryRun;
  }

  /** Returns one that only tells what would be deleted. */
  public static OrphanCleanUp dryRun(long oldBeforeMillis, LogView view, RetainedLog retained) {
    Author nobody = new Author("", "nobody", "a dry run");
    return new OrphanCleanUp(oldBeforeMillis, nobody, view, retained, Rules.ALL, true);
  }

  /**
   * Looks for files only if an open has become old that is newer than this one: else there can be
   * no other orphans than when they were sought for that open.
   *
   * @param openMillis what {@link #newestOldOpen} was then
   */
  public OrphanCleanUp unlessSoughtFor(long openMillis) {
    soughtFor = openMillis;
    return this;
  }

  @Override
  boolean needsPreparation() {
    if (!started) {
      started = true;
      retained.begin();
    }
    return true;
  }

  @Override
  Preparation prepare(CommitLog log) throws IOException {
    try {
      if (!retained.advance(log, view.head()) || !hasStates(log)) {
        return Preparation.MORE;
      }
    } catch (ExpiredMeanwhileException e) {
      retained.forget();
      statesRead.clear();
      return Preparation.AGAIN;
    }
    if (listing == null && (isOfGuests(view.head()) || newestOldOpen() > soughtFor)) {
      listing = log.files();
    }
    return Preparation.READY;
  }

  /** Reads the next state that records start from which have expired. */
  private boolean hasStates(CommitLog log) throws IOException, ExpiredMeanwhileException {
    for (long number : retained.startingBefore(retained.base())) {
      if (statesRead.add(number)) {
        namedByStates.addAll(
            NamedFiles.shownBy(ExpiredMeanwhileException.unlessPresent(log.state(number))));
        return false;
      }
    }
    return true;
  }

  /** Returns when the newest reign began that is old; {@link Long#MIN_VALUE} if none is. */
  public long newestOldOpen() {
    return retained.newestOldOpen(oldBeforeMillis);
  }

  /** Returns whether no job with checkpoints has ever written: batch jobs have no epochs. */
  private static boolean isOfGuests(Head head) {
    return head.state().epoch() == 0;
  }

  @Override
  Verdict<Removal> judge(Head head, long nowMillis) throws IOException {
    List<String> orphans = new ArrayList<>();
    long bytes = 0;
    long writtenBefore = isOfGuests(head) ? oldBeforeMillis : newestOldOpen();
    writtenBefore = rules.hold(Rule.ORPHAN_IS_OLD) ? writtenBefore : Long.MAX_VALUE;
    for (StoredFile stored : listing == null ? List.<StoredFile>of() : listing) {
      if (stored.lastWrittenMillis() < writtenBefore && isUnnamed(stored.file(), head)) {
        orphans.add(stored.file());
        bytes += stored.bytes();
      }
    }
    orphans.sort(null);
    Removal found = new Removal(retained.base(), 0, orphans, bytes, false);
    if (orphans.isEmpty() || dryRun) {
      return new Verdict.Done<>(found);
    }
    Head next =
        new NextRecord(head, author, rules)
            .of(new CommitRecord.Maintenance(List.of(), new CleanUp(0, orphans)), nowMillis);
    toDelete = new ArrayDeque<>(orphans);
    return new Verdict.Create<>(next, Set.of(), found);
  }

  private boolean isUnnamed(String file, Head head) {
    boolean named = retained.named().contains(file) || namedByStates.contains(file);
    return !(named && rules.hold(Rule.ORPHAN_IS_UNNAMED))
        && !head.state().facts().listed().containsKey(file);
  }

  @Override
  boolean publishes() {
    return rules.hold(Rule.LIST_BEFORE_DELETE);
  }

  @Override
  boolean needsFinishing(Verdict.Create<Removal> created) {
    return true;
  }

  @Override
  boolean finish(CommitLog log, Verdict.Create<Removal> created) throws IOException {
    Queue<String> files = requireNonNull(toDelete);
    String file = files.remove();
    OptionalLong length = log.deleteFile(file);
    if (length.isPresent()) {
      deleted.add(file);
      deletedBytes += length.getAsLong();
    }
    return files.isEmpty();
  }

  @Override
  Removal finished(Verdict.Create<Removal> created) {
    long expired = created.result().expiredThrough();
    return new Removal(expired, 0, deleted, deletedBytes, false);
  }

  @Override
  String detail() {
    return retained.position()
        + ","
        + statesRead.size()
        + (listing == null)
        + (toDelete == null ? "" : "," + toDelete.size());
  }
}
