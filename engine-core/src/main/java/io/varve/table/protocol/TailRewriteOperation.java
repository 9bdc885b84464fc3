package io.varve.table.protocol;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Puts segments in the place of the tails of writers that have been fenced, so that the tails can
 * leave the disk. The result is the number of the record; 0 if there was nothing to do, or if
 * somebody has opened the table since it was taken over.
 *
 * <p>The record lists the tails that nothing shows any more. A savepoint whose committables were
 * never seen could go on with one of them, and would bring back rows that the segments hold: from
 * here on it is refused.
 */
public final class TailRewriteOperation extends LogOperation<Long> {

  private final long epoch;
  private final List<Change.Replace> replaces;
  private final Author author;

  /**
   * Prepares the act.
   *
   * @param epoch the epoch in which the table was taken over; the tails are of earlier ones
   * @param replaces tails by segments of the same rows, less what has been deleted; one that lacks
   *     an input is left out
   * @param author who makes the record
   * @param view may be new
   */
  public TailRewriteOperation(
      long epoch, List<Change.Replace> replaces, Author author, LogView view) {
    this(epoch, replaces, author, view, Rules.ALL);
  }

  TailRewriteOperation(
      long epoch, List<Change.Replace> replaces, Author author, LogView view, Rules rules) {
    super(view, rules);
    this.epoch = epoch;
    this.replaces = List.copyOf(replaces);
    this.author = author;
  }

  @Override
  Verdict<Long> judge(Head head, long nowMillis) throws IOException {
    boolean own = head.record().reign().epoch() == epoch;
    List<Change> changes = new ArrayList<>();
    for (Change.Replace replace : replaces) {
      if (StateApplier.hasInputs(head.state(), replace)) {
        changes.add(replace);
      }
    }
    if (changes.isEmpty() || !own) {
      return new Verdict.Done<>(0L);
    }
    Set<String> files = NamedFiles.introducedBy(changes);
    List<String> gone = files.stream().filter(head.state().facts().listed()::containsKey).toList();
    if (!gone.isEmpty()) {
      throw onMissing(gone);
    }
    NextRecord following = new NextRecord(head, author, rules);
    Head plain = following.of(new CommitRecord.Maintenance(changes, null), nowMillis);
    CleanUp listing =
        rules.hold(Rule.REWRITTEN_TAIL_LISTED) ? new CleanUp(0, unshown(plain.state())) : null;
    Head next = following.of(new CommitRecord.Maintenance(changes, listing), nowMillis);
    return new Verdict.Create<>(next, files, next.number());
  }

  /** Returns the tails of the inputs that a state does not show in any partition. */
  private List<String> unshown(TableState state) {
    Set<String> tails = new LinkedHashSet<>();
    replaces.forEach(replace -> replace.tails().forEach(range -> tails.add(range.file())));
    tails.removeAll(NamedFiles.shownBy(state));
    return List.copyOf(tails);
  }

  @Override
  IOException onMissing(List<String> missing) {
    return FilesGone.error(author.why(), missing);
  }
}
