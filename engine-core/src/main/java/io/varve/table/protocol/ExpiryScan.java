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
 * Finds what may expire: how many records, and the files that only they name. Confined to one
 * thread.
 */
final class ExpiryScan {

  private final ExpiryLimits limits;
  private final RetainedLog retained;
  private final Rules rules;
  private final Set<String> expiringNames = new HashSet<>();
  private final Set<String> keptNames = new HashSet<>();
  private final SortedMap<Long, TableState> statesToKeep = new TreeMap<>();
  private @Nullable OptionalLong lease;
  private boolean decided;
  private long base;
  private long through;

  /** Whose names have been read, of those that expire. */
  private long named;

  /** An expiring record whose whole state has to be read next; 0 if none. */
  private long needsState;

  ExpiryScan(ExpiryLimits limits, RetainedLog retained, Rules rules) {
    this.limits = limits;
    this.retained = retained;
    this.rules = rules;
    retained.begin();
  }

  /**
   * Makes one access, or none if there is nothing to read.
   *
   * @return whether everything up to the head had been read before
   * @throws ExpiredMeanwhileException if records were removed on the way
   */
  boolean advance(CommitLog log, Head head, long nowMillis)
      throws IOException, ExpiredMeanwhileException {
    if (!retained.advance(log, head)) {
      return false;
    }
    if (lease == null) {
      lease = log.oldestLease(nowMillis);
      return false;
    }
    if (!decided) {
      decide(head);
      decided = true;
    }
    if (needsState > 0) {
      expiringNames.addAll(NamedFiles.shownBy(stateOf(log, needsState)));
      needsState = 0;
      return false;
    }
    if (named < through) {
      CommitRecord record = ExpiredMeanwhileException.unlessPresent(log.read(named + 1));
      named++;
      expiringNames.addAll(NamedFiles.introducedBy(record));
      needsState = record.base() <= base ? named : 0;
      return false;
    }
    return through <= base || hasKeptStates(log);
  }

  /** Reads the state of the next later record that starts from an expiring one. */
  private boolean hasKeptStates(CommitLog log) throws IOException, ExpiredMeanwhileException {
    for (long number : retained.startingBefore(through)) {
      if (!statesToKeep.containsKey(number)) {
        TableState state = stateOf(log, number);
        keptNames.addAll(NamedFiles.shownBy(state));
        statesToKeep.put(number, state);
        return false;
      }
    }
    return true;
  }

  private static TableState stateOf(CommitLog log, long number)
      throws IOException, ExpiredMeanwhileException {
    return ExpiredMeanwhileException.unlessPresent(log.state(number));
  }

  private void decide(Head head) {
    base = retained.base();
    through = base;
    named = base;
    RetainedLog.Entry previous = null;
    for (RetainedLog.Entry entry : retained.after(base)) {
      if (previous != null) {
        if (!mayExpire(previous, entry, head)) {
          return;
        }
        through = previous.number();
      }
      previous = entry;
    }
  }

  /** A record's age counts from when the next was written: until then it was what readers saw. */
  private boolean mayExpire(RetainedLog.Entry record, RetainedLog.Entry next, Head head) {
    LogFacts facts = head.state().facts();
    if (record.number() <= facts.expiredThrough()) {
      return true;
    }
    RetainedLog.Entry dated = rules.hold(Rule.AGE_COUNTS_FROM_NEXT) ? next : record;
    OptionalLong leased = requireNonNull(lease);
    boolean isLeased = leased.isPresent() && record.number() >= leased.getAsLong();
    return dated.timeMillis() < limits.cutoffMillis()
        && head.number() - record.number() >= limits.minCommits()
        && !(facts.isTagged(record.number()) && rules.hold(Rule.TAGS_KEEP))
        && !(isLeased && rules.hold(Rule.LEASES_HONOURED));
  }

  /** Returns whether what was found holds for this head too: it may have tagged a record. */
  boolean holdsFor(Head head) {
    LogFacts facts = head.state().facts();
    return !rules.hold(Rule.TAGS_KEEP)
        || !decided
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
    files.removeIf(file -> keptNames.contains(file) || retained.isNamedAfter(file, through));
    files.sort(null);
    return files;
  }

  /** Returns the states that must be readable without the expiring records. */
  SortedMap<Long, TableState> statesToKeep() {
    return statesToKeep;
  }

  /** Returns how far it is, for the exploration to tell states apart. */
  String position() {
    return retained.position()
        + ","
        + named
        + ","
        + through
        + ","
        + (lease == null)
        + ","
        + needsState
        + ","
        + statesToKeep.size();
  }
}
