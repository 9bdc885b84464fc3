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
 * Removes the oldest records and the files that only they name. The result is what has gone.
 *
 * <p>First a record announces what goes, so that nobody continues from there or names the files;
 * then the states that later records still need are stored whole; then the base is raised; only
 * then is anything deleted. An expiry that stopped half-way is completed by the next one. While a
 * reader's lease names an announced record nothing is deleted.
 */
public final class Expiry extends LogOperation<Removal> {

  private final ExpiryLimits limits;
  private final Author author;
  private final RetainedLog retained;
  private final boolean dryRun;
  private final List<String> deleted = new ArrayList<>();
  private long deletedBytes;
  private long deletedRecords;
  private boolean waits;
  private @Nullable ExpiryScan scan;
  private @Nullable List<String> leftOver;
  private @Nullable Queue<Deletion> deletions;

  /**
   * Prepares an expiry.
   *
   * @param limits what stays
   * @param author who makes the record
   * @param view may be new
   * @param retained what has been read of the log before; may be new
   */
  public Expiry(ExpiryLimits limits, Author author, LogView view, RetainedLog retained) {
    this(limits, author, view, retained, Rules.ALL);
  }

  Expiry(ExpiryLimits limits, Author author, LogView view, RetainedLog retained, Rules rules) {
    this(limits, author, view, retained, rules, false);
  }

  private Expiry(
      ExpiryLimits limits,
      Author author,
      LogView view,
      RetainedLog retained,
      Rules rules,
      boolean dryRun) {
    super(view, rules);
    this.limits = limits;
    this.author = author;
    this.retained = retained;
    this.dryRun = dryRun;
  }

  /**
   * Returns one that only tells what would go: its {@link Removal#bytes} are 0, and the files may
   * be gone already.
   */
  public static Expiry dryRun(ExpiryLimits limits, LogView view, RetainedLog retained) {
    Author nobody = new Author("", "nobody", "a dry run");
    return new Expiry(limits, nobody, view, retained, Rules.ALL, true);
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
      scan = new ExpiryScan(limits, retained, rules);
    }
    try {
      if (!scan.advance(log, view.head(), nowMillis())) {
        return Preparation.MORE;
      }
    } catch (ExpiredMeanwhileException e) {
      retained.forget();
      scan = null;
      return Preparation.AGAIN;
    }
    if (scan.through() > scan.base()) {
      leftOver = leftOver(log, scan.through());
    }
    return Preparation.READY;
  }

  @Override
  Verdict<Removal> judge(Head head, long nowMillis) throws IOException {
    ExpiryScan done = requireNonNull(scan);
    if (done.through() <= done.base()) {
      return new Verdict.Done<>(Removal.nothing(done.base()));
    }
    SortedSet<String> files = new TreeSet<>(done.filesToDelete());
    files.addAll(requireNonNull(leftOver));
    CleanUp cleanUp = new CleanUp(done.through(), List.copyOf(files));
    if (dryRun) {
      long records = done.through() - done.base();
      return new Verdict.Done<>(new Removal(done.through(), records, cleanUp.files(), 0, false));
    }
    Head next =
        new NextRecord(head, author, rules)
            .of(new CommitRecord.Maintenance(List.of(), cleanUp), nowMillis);
    deletions = deletions(done, cleanUp);
    return new Verdict.Create<>(next, Set.of(), Removal.nothing(done.through()));
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
    Queue<Deletion> left = requireNonNull(deletions);
    boolean goOn = left.remove().perform(log);
    return !goOn || left.isEmpty();
  }

  @Override
  Removal finished(Verdict.Create<Removal> created) {
    long through = created.result().expiredThrough();
    return new Removal(through, deletedRecords, deleted, deletedBytes, waits);
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
    OptionalLong oldest = log.oldestLease(nowMillis());
    waits = oldest.isPresent() && oldest.getAsLong() <= through && rules.hold(Rule.LEASES_HONOURED);
    return !waits;
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
      deletedRecords++;
      requireNonNull(deletions).add(next -> sweep(next, number - 1));
    }
    return true;
  }

  private static boolean keep(CommitLog log, long number, TableState state) throws IOException {
    log.keepState(number, state);
    return true;
  }

  private boolean delete(CommitLog log, String file) throws IOException {
    OptionalLong length = log.deleteFile(file);
    if (length.isPresent()) {
      deleted.add(file);
      deletedBytes += length.getAsLong();
    }
    return true;
  }

  private static boolean raiseBase(CommitLog log, long through) throws IOException {
    log.raiseBase(through);
    return true;
  }

  private boolean deleteRecord(CommitLog log, long number) throws IOException {
    deletedRecords += log.deleteRecord(number) ? 1 : 0;
    return true;
  }
}
