package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Removes the oldest records and the files that only they name. The result is the number up to
 * which records have now expired.
 *
 * <p>First a record announces what goes, so that nobody continues from there or names the files;
 * then the states that later records still need are stored whole; then the base is raised; only
 * then is anything deleted. An expiry that stopped half-way is completed by the next one. While a
 * reader's lease names an announced record nothing is deleted.
 */
public final class Expiry extends LogOperation<Long> {

  private final long cutoffMillis;
  private final Author author;
  private @Nullable ExpiryScan scan;
  private @Nullable List<String> leftOver;
  private @Nullable Queue<Deletion> deletions;

  /**
   * Prepares an expiry.
   *
   * @param cutoffMillis records that were replaced before this time expire: now less the history
   * @param author who makes the record
   * @param view may be new
   */
  public Expiry(long cutoffMillis, Author author, LogView view) {
    this(cutoffMillis, author, view, Rules.ALL);
  }

  Expiry(long cutoffMillis, Author author, LogView view, Rules rules) {
    super(view, rules);
    this.cutoffMillis = cutoffMillis;
    this.author = author;
  }

  /** One access after the announcement; returns false if everything else has to wait. */
  @FunctionalInterface
  private interface Deletion {
    boolean perform(CommitLog log) throws IOException;
  }

  @Override
  boolean needsPreparation() {
    if (scan != null && !scan.holdsFor(view.head())) {
      scan = null;
    }
    return true;
  }

  @Override
  Preparation prepare(CommitLog log) throws IOException {
    if (scan == null) {
      scan = new ExpiryScan(cutoffMillis, rules);
      leftOver = null;
    }
    try {
      if (!scan.isDone(view.head())) {
        boolean done = scan.advance(log, view.head());
        boolean ready = leftOver != null || scan.through() <= scan.base();
        return done && ready ? Preparation.READY : Preparation.MORE;
      }
      leftOver = leftOver(log, scan.through());
      return Preparation.READY;
    } catch (ExpiredMeanwhileException e) {
      scan = null;
      return Preparation.AGAIN;
    }
  }

  @Override
  Verdict<Long> judge(Head head, long nowMillis) throws IOException {
    ExpiryScan done = requireNonNull(scan);
    if (done.through() <= done.base()) {
      return new Verdict.Done<>(done.base());
    }
    SortedSet<String> files = new TreeSet<>(done.filesToDelete());
    files.addAll(requireNonNull(leftOver));
    CleanUp cleanUp = new CleanUp(done.through(), List.copyOf(files));
    Head next =
        new NextRecord(head, author, rules)
            .of(new CommitRecord.Maintenance(List.of(), cleanUp), nowMillis);
    deletions = deletions(done, cleanUp);
    return new Verdict.Create<>(next, Set.of(), done.through());
  }

  @Override
  boolean publishes() {
    return rules.hold(Rule.LIST_BEFORE_DELETE);
  }

  @Override
  boolean needsFinishing(Verdict.Create<Long> created) {
    return true;
  }

  @Override
  boolean finish(CommitLog log, Verdict.Create<Long> created) throws IOException {
    Queue<Deletion> left = requireNonNull(deletions);
    boolean goOn = left.remove().perform(log);
    return !goOn || left.isEmpty();
  }

  @Override
  String detail() {
    return (scan == null ? "" : scan.position())
        + (deletions == null ? "" : "," + deletions.size());
  }

  private Queue<Deletion> deletions(ExpiryScan done, CleanUp cleanUp) {
    long through = cleanUp.expiresThrough();
    Queue<Deletion> all = new ArrayDeque<>();
    done.statesToKeep().forEach((number, state) -> all.add(log -> keep(log, number, state)));
    all.add(log -> noLease(log, through));
    all.add(log -> raiseBase(log, through));
    for (long number = done.base() + 1; number <= through; number++) {
      long expired = number;
      all.add(log -> deleteRecord(log, expired));
    }
    cleanUp.files().forEach(file -> all.add(log -> delete(log, file)));
    all.add(log -> sweep(log, done.base()));
    return all;
  }

  /** A lease taken after the announcement is refused by the reader itself. */
  private boolean noLease(CommitLog log, long through) throws IOException {
    OptionalLong oldest = log.oldestLease();
    return oldest.isEmpty() || oldest.getAsLong() > through || !rules.hold(Rule.LEASES_HONOURED);
  }

  /**
   * Returns the files that an expiring record has listed and whose author stopped before it deleted
   * them. They are listed again: once nothing lists them somebody could name them.
   */
  private List<String> leftOver(CommitLog log, long through) throws IOException {
    List<String> listed = new ArrayList<>();
    view.head()
        .state()
        .facts()
        .listed()
        .forEach(
            (file, number) -> {
              if (number <= through) {
                listed.add(file);
              }
            });
    if (!listed.isEmpty()) {
      listed.removeAll(log.missing(listed));
    }
    return listed;
  }

  /** Deletes the records that an earlier expiry left behind when it stopped half-way. */
  private boolean sweep(CommitLog log, long number) throws IOException {
    if (number > 0 && log.deleteRecord(number)) {
      requireNonNull(deletions).add(next -> sweep(next, number - 1));
    }
    return true;
  }

  private static boolean keep(CommitLog log, long number, TableState state) throws IOException {
    log.keepState(number, state);
    return true;
  }

  private static boolean delete(CommitLog log, String file) throws IOException {
    log.deleteFile(file);
    return true;
  }

  private static boolean raiseBase(CommitLog log, long through) throws IOException {
    log.raiseBase(through);
    return true;
  }

  private static boolean deleteRecord(CommitLog log, long number) throws IOException {
    log.deleteRecord(number);
    return true;
  }
}
