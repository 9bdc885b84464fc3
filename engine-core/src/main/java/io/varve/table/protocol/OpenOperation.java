package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import io.varve.io.OpenRefusedException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Begins an epoch: the aggregator's act, at most once per attempt. */
public final class OpenOperation extends LogOperation<OpenResult> {

  private final OpenRequest request;
  private final Opener opener;
  private @Nullable ParentSearch search;
  private long nextToVisit;
  private boolean searching;
  private boolean reachedExpired;
  private @Nullable Head parent;
  private @Nullable Refusal refusal;

  /**
   * Prepares an open.
   *
   * @param request who opens, and from where on
   * @param author who makes the record; its id is this attempt's alone
   * @param view the aggregator's view of the log
   */
  public OpenOperation(OpenRequest request, Author author, LogView view) {
    this(request, author, view, Rules.ALL);
  }

  OpenOperation(OpenRequest request, Author author, LogView view, Rules rules) {
    super(view, rules);
    this.request = request;
    this.opener = new Opener(request, author, rules);
  }

  /** Returns why {@link #step} threw {@link OpenRefusedException}, null if it did not. */
  public @Nullable Refusal refusal() {
    return refusal;
  }

  @Override
  boolean needsPreparation() throws IOException {
    Opener.Refused refused = opener.refuseByHead(view.head().record());
    if (refused != null) {
      throw refuse(refused);
    }
    AggregatorState state = request.state();
    if (state == null) {
      return false;
    }
    search = new ParentSearch(state, rules);
    reachedExpired = false;
    parent = null;
    searching = visit(view.head().record());
    return searching || foundElsewhere();
  }

  @Override
  Preparation prepare(CommitLog log) throws IOException {
    if (searching) {
      // What still stands below the base is no record any more, if it ever was one.
      long expired = view.head().state().facts().expiredThrough();
      if (nextToVisit <= expired && rules.hold(Rule.EXPIRED_PARENT_REFUSED)) {
        reachedExpired = true;
        searching = false;
        return foundElsewhere() ? Preparation.MORE : Preparation.READY;
      }
      Optional<CommitRecord> record = log.read(nextToVisit);
      if (record.isEmpty()) {
        reachedExpired = true;
        searching = false;
      } else {
        searching = visit(record.get());
      }
      return searching || foundElsewhere() ? Preparation.MORE : Preparation.READY;
    }
    CommitRecord found = requireNonNull(requireNonNull(search).parent());
    Optional<TableState> state = log.state(found.number());
    if (state.isEmpty()) {
      return Preparation.AGAIN;
    }
    parent = new Head(found, state.get());
    return Preparation.READY;
  }

  @Override
  Verdict<OpenResult> judge(Head head, long nowMillis) throws IOException {
    Opener.Decision decision = decide(head, nowMillis);
    if (decision instanceof Opener.Refused refused) {
      throw refuse(refused);
    }
    Opener.Accepted accepted = (Opener.Accepted) decision;
    return new Verdict.Create<>(accepted.next(), accepted.newFiles(), accepted.result());
  }

  @Override
  IOException onMissing(List<String> missing) {
    return refuse(opener.refuseGone(missing));
  }

  @Override
  String detail() {
    return searching + "," + nextToVisit + "," + (parent == null ? 0 : parent.number());
  }

  private Opener.Decision decide(Head head, long nowMillis) throws IOException {
    if (request.state() == null) {
      return opener.decideFresh(head, nowMillis);
    }
    ParentSearch done = requireNonNull(search);
    CommitRecord found = done.parent();
    if (found == null) {
      return opener.refuseLost(reachedExpired, head);
    }
    Head from = found.number() == head.number() ? head : requireNonNull(parent);
    return opener.decide(head, new Opener.Parent(from, done.pendingAfterParent()), nowMillis);
  }

  private boolean visit(CommitRecord record) {
    nextToVisit = record.number() - 1;
    return requireNonNull(search).visit(record);
  }

  /** Returns whether the parent is known and its state must be read. */
  private boolean foundElsewhere() {
    CommitRecord found = requireNonNull(search).parent();
    return !searching && found != null && found.number() != view.head().number();
  }

  private OpenRefusedException refuse(Opener.Refused refused) {
    refusal = refused.refusal();
    return new OpenRefusedException(refused.message());
  }
}
