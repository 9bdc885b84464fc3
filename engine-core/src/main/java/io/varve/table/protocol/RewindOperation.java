package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import io.varve.io.OpenRefusedException;
import io.varve.io.SnapshotExpiredException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes a table back to an older record by hand, or leaves it at the newest, in a new epoch. A job
 * that is running is fenced for good; it goes on when it is submitted again. The result is the
 * number of the record.
 */
public final class RewindOperation extends LogOperation<Long> {

  private final RewindRequest request;
  private @Nullable CommitRecord target;
  private @Nullable TableState state;

  /** Prepares a rewind; the view may be new. */
  public RewindOperation(RewindRequest request, LogView view) {
    this(request, view, Rules.ALL);
  }

  RewindOperation(RewindRequest request, LogView view, Rules rules) {
    super(view, rules);
    this.request = request;
  }

  @Override
  boolean needsPreparation() throws IOException {
    target = null;
    state = null;
    if (request.target() > view.head().number()) {
      throw new OpenRefusedException(
          "can't go back to record "
              + request.target()
              + ": the newest is "
              + view.head().number()
              + ". Choose an older one");
    }
    if (request.target() == RewindRequest.HEAD) {
      target = view.head().record();
      state = view.head().state();
      return false;
    }
    return true;
  }

  @Override
  Preparation prepare(CommitLog log) throws IOException {
    if (target == null) {
      Optional<CommitRecord> record = log.read(request.target());
      if (record.isEmpty()) {
        throw expired(view.head());
      }
      target = record.get();
      return Preparation.MORE;
    }
    state = log.state(request.target()).orElse(null);
    return state == null ? Preparation.AGAIN : Preparation.READY;
  }

  @Override
  Verdict<Long> judge(Head head, long nowMillis) throws IOException {
    Head base = new Head(requireNonNull(target), requireNonNull(state));
    boolean goesBack = base.number() != head.number();
    if (goesBack && base.number() <= head.state().facts().expiredThrough()) {
      throw expired(head);
    }
    OpenRequest opener =
        new OpenRequest(
            "", request.run(), "", base.record().progress().checkpoint(), null, OnRewind.REWIND);
    Opener rules = new Opener(opener, request.author(), this.rules);
    Opener.Refused refused = rules.refuseByHead(head.record());
    if (refused == null) {
      refused = rules.refuseDrops(head.state(), base.state(), base.record().reign().lineage());
    }
    if (refused != null) {
      throw new OpenRefusedException(refused.message());
    }
    long time = head.record().nextTime(nowMillis);
    Reign reign =
        new Reign(
            base.record().reign().lineage(),
            head.record().reign().epoch() + 1,
            request.run(),
            "",
            time,
            request.author().who());
    LogFacts facts = goesBack ? Opener.carriedFacts(head, base.state(), this.rules) : null;
    CommitRecord next =
        new CommitRecord(
            head.number() + 1,
            base.number(),
            time,
            reign,
            base.record().progress(),
            request.author(),
            new CommitRecord.Open(List.of(), facts));
    Head result = new Head(next, new StateApplier(this.rules).apply(base.state(), next));
    return new Verdict.Create<>(result, Set.of(), next.number());
  }

  @Override
  String detail() {
    return (target == null) + "," + (state == null);
  }

  private SnapshotExpiredException expired(Head head) {
    return new SnapshotExpiredException(
        "record "
            + request.target()
            + " has expired; the oldest that is left is "
            + (head.state().facts().expiredThrough() + 1)
            + ". Choose a newer one, and tag records that you need to keep");
  }
}
