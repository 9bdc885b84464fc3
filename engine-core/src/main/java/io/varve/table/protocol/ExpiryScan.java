package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log from its oldest record to the head, to find what may expire: how many records, and
 * the files that only they name. Reads each record once, also when the head moves on meanwhile.
 * Confined to one thread.
 */
final class ExpiryScan {

  private final long cutoffMillis;
  private final Rules rules;
  private final Set<String> expiringNames = new HashSet<>();
  private final Set<String> keptNames = new HashSet<>();
  private final SortedMap<Long, TableState> statesToKeep = new TreeMap<>();
  private @Nullable OptionalLong lease;
  private long base = -1;
  private long through;
  private boolean throughIsFinal;

  /** The newest record read while it is not known whether it may expire. */
  private @Nullable CommitRecord undecided;

  /** A record whose whole state has to be read next. */
  private @Nullable CommitRecord needsState;

  private long scanned;

  ExpiryScan(long cutoffMillis, Rules rules) {
    this.cutoffMillis = cutoffMillis;
    this.rules = rules;
  }

  /**
   * Makes one access.
   *
   * @return whether everything up to the head has been read
   * @throws ExpiredMeanwhileException if records were removed on the way
   */
  boolean advance(CommitLog log, Head head) throws IOException, ExpiredMeanwhileException {
    if (base < 0) {
      base = log.base();
      scanned = base;
      through = base;
      return false;
    }
    if (lease == null) {
      lease = log.oldestLease();
      return scanned >= head.number();
    }
    if (needsState != null) {
      take(needsState, ExpiredMeanwhileException.unlessPresent(log.state(needsState.number())));
      needsState = null;
    } else if (scanned < head.number()) {
      visit(ExpiredMeanwhileException.unlessPresent(log.read(scanned + 1)), head);
    }
    if (scanned >= head.number() && undecided != null) {
      keep(undecided);
      undecided = null;
    }
    return scanned >= head.number() && needsState == null;
  }

  /** Returns whether everything up to this head has been read. */
  boolean isDone(Head head) {
    return lease != null && scanned >= head.number() && undecided == null && needsState == null;
  }

  /** Returns whether what was found holds for this head too: it may have tagged a record. */
  boolean holdsFor(Head head) {
    LogFacts facts = head.state().facts();
    return !rules.hold(Rule.TAGS_KEEP)
        || facts.tags().toSortedMap().values().stream()
            .noneMatch(tagged -> tagged > facts.expiredThrough() && tagged <= through);
  }

  /** Returns the number up to which records may expire; {@link #base} if none may. */
  long through() {
    return through;
  }

  /** Returns the number up to which records had expired before. */
  long base() {
    return base;
  }

  /** Returns the files that only expiring records name. */
  List<String> filesToDelete() {
    List<String> files = new ArrayList<>(expiringNames);
    files.removeIf(keptNames::contains);
    files.sort(null);
    return files;
  }

  /** Returns the states that must be readable without the expiring records. */
  SortedMap<Long, TableState> statesToKeep() {
    return statesToKeep;
  }

  /** Returns how far it is, for the exploration to tell states apart. */
  String position() {
    return base
        + ","
        + scanned
        + ","
        + through
        + ","
        + (lease == null)
        + ","
        + (needsState == null ? 0 : needsState.number());
  }

  private void visit(CommitRecord record, Head head) {
    scanned = record.number();
    CommitRecord previous = undecided;
    undecided = null;
    if (throughIsFinal) {
      keep(record);
      return;
    }
    undecided = record;
    if (previous == null) {
      return;
    }
    if (mayExpire(previous, record, head)) {
      through = previous.number();
      expiringNames.addAll(NamedFiles.introducedBy(previous));
      needsState = previous.base() <= base ? previous : null;
    } else {
      keep(previous);
      // Its successor needs no state of its own, unless it goes back to an expiring record: then
      // it is read when the scan comes to it again.
      scanned = previous.number();
      undecided = null;
    }
  }

  private void keep(CommitRecord record) {
    throughIsFinal = true;
    keptNames.addAll(NamedFiles.introducedBy(record));
    needsState = record.base() <= through ? record : null;
  }

  private void take(CommitRecord record, TableState state) {
    if (record.number() <= through) {
      expiringNames.addAll(NamedFiles.shownBy(state));
    } else {
      keptNames.addAll(NamedFiles.shownBy(state));
      statesToKeep.put(record.number(), state);
    }
  }

  /** A record's age counts from when the next was written: until then it was what readers saw. */
  private boolean mayExpire(CommitRecord record, CommitRecord next, Head head) {
    LogFacts facts = head.state().facts();
    if (record.number() <= facts.expiredThrough()) {
      return true;
    }
    CommitRecord dated = rules.hold(Rule.AGE_COUNTS_FROM_NEXT) ? next : record;
    OptionalLong leased = requireNonNull(lease);
    boolean isLeased = leased.isPresent() && record.number() >= leased.getAsLong();
    return dated.timeMillis() < cutoffMillis
        && !(facts.isTagged(record.number()) && rules.hold(Rule.TAGS_KEEP))
        && !(isLeased && rules.hold(Rule.LEASES_HONOURED));
  }
}
