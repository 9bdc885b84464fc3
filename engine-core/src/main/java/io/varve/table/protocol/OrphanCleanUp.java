package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Deletes the files that no retained record names and no restorable savepoint can. They are listed
 * in a record first, so that nobody names them any more. The result is how many were deleted.
 *
 * <p>A file is an orphan if no retained record names it and it was last written before the newest
 * open that is itself older than the table's history: whoever wrote it has been fenced for so long
 * that its savepoints have expired.
 */
public final class OrphanCleanUp extends LogOperation<Integer> {

  private final long historyMillis;
  private final Author author;
  private @Nullable List<StoredFile> listing;
  private @Nullable RetainedFiles retained;
  private long oldBefore;
  private @Nullable Queue<String> toDelete;

  /**
   * Prepares a clean-up.
   *
   * @param historyMillis how long savepoints stay restorable
   * @param author who makes the record
   * @param nowMillis the time now
   * @param view may be new
   */
  public OrphanCleanUp(long historyMillis, Author author, long nowMillis, LogView view) {
    this(historyMillis, author, nowMillis, view, Rules.ALL);
  }

  OrphanCleanUp(long historyMillis, Author author, long nowMillis, LogView view, Rules rules) {
    super(view, rules);
    this.historyMillis = historyMillis;
    this.author = author;
    this.oldBefore = oldBefore(nowMillis);
  }

  @Override
  boolean needsPreparation() {
    return true;
  }

  @Override
  Preparation prepare(CommitLog log) throws IOException {
    if (listing == null) {
      listing = log.files();
      return Preparation.MORE;
    }
    if (retained == null) {
      retained = new RetainedFiles();
    }
    try {
      return retained.advance(log, view.head(), oldBefore) ? Preparation.READY : Preparation.MORE;
    } catch (ExpiredMeanwhileException e) {
      retained = null;
      return Preparation.AGAIN;
    }
  }

  @Override
  Verdict<Integer> judge(Head head, long nowMillis) throws IOException {
    List<String> orphans = orphans(requireNonNull(retained), head);
    if (orphans.isEmpty()) {
      return new Verdict.Done<>(0);
    }
    Head next =
        new NextRecord(head, author, rules)
            .of(new CommitRecord.Maintenance(List.of(), new CleanUp(0, orphans)), nowMillis);
    toDelete = new ArrayDeque<>(orphans);
    return new Verdict.Create<>(next, Set.of(), orphans.size());
  }

  @Override
  boolean publishes() {
    return rules.hold(Rule.LIST_BEFORE_DELETE);
  }

  @Override
  boolean needsFinishing(Verdict.Create<Integer> created) {
    return true;
  }

  @Override
  boolean finish(CommitLog log, Verdict.Create<Integer> created) throws IOException {
    Queue<String> files = requireNonNull(toDelete);
    log.deleteFile(files.remove());
    return files.isEmpty();
  }

  @Override
  String detail() {
    return (listing == null)
        + (retained == null ? "" : "," + retained.position())
        + (toDelete == null ? "" : "," + toDelete.size());
  }

  private List<String> orphans(RetainedFiles files, Head head) {
    List<String> orphans = new ArrayList<>();
    for (StoredFile stored : requireNonNull(listing)) {
      boolean unnamed =
          !files.named().contains(stored.file()) || !rules.hold(Rule.ORPHAN_IS_UNNAMED);
      boolean old =
          stored.lastWrittenMillis() < files.newestOldOpen() || !rules.hold(Rule.ORPHAN_IS_OLD);
      if (unnamed && old && !head.state().facts().listed().containsKey(stored.file())) {
        orphans.add(stored.file());
      }
    }
    return orphans;
  }

  private long oldBefore(long nowMillis) {
    return rules.hold(Rule.ORPHAN_NEEDS_OLD_OPEN) ? nowMillis - historyMillis : Long.MAX_VALUE;
  }
}
