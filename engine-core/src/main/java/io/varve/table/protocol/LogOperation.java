package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import io.varve.io.VarveException;
import java.io.IOException;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One act on the commit log: catch up with the head, judge, create a record, make sure that it
 * counts; and again from the start where another came first. Each {@link #step} makes one access.
 * Confined to one thread; used once.
 *
 * @param <R> what it returns when it is done
 */
public abstract sealed class LogOperation<R>
    permits OpenOperation,
        CommitOperation,
        HeadCheck,
        GuestOperation,
        MaintenanceOperation,
        RewindOperation,
        TailRewriteOperation,
        CutOperation,
        OrphanCleanUp,
        Expiry {

  private static final int MAX_UNKNOWN_OUTCOMES = 10;

  final LogView view;
  final Rules rules;
  private Phase phase = Phase.CATCH_UP;
  private Verdict.@Nullable Create<R> creation;
  private @Nullable VarveException refusal;
  private @Nullable R settled;
  private int conflicts;
  private int unknownOutcomes;
  private long nowMillis;

  LogOperation(LogView view, Rules rules) {
    this.view = view;
    this.rules = rules;
  }

  private enum Phase {
    CATCH_UP,
    PREPARE,
    CHECK_FILES,
    CREATE,
    IDENTIFY,
    CONFIRM,
    SETTLE,
    FINISH
  }

  /**
   * Makes one access to the log.
   *
   * @param nowMillis the time now, milliseconds since the epoch
   * @return the result, or null if there is more to do
   * @throws io.varve.io.VarveException if the operation is refused or fenced
   * @throws IOException if the log can't be read or written
   */
  public final @Nullable R step(CommitLog log, long nowMillis) throws IOException {
    this.nowMillis = nowMillis;
    try {
      return unguardedStep(log, nowMillis);
    } catch (VarveException e) {
      if (phase == Phase.SETTLE || !rules.hold(Rule.VERDICT_NEEDS_BASE)) {
        throw e;
      }
      refusal = e;
      return enter(Phase.SETTLE);
    }
  }

  private @Nullable R unguardedStep(CommitLog log, long nowMillis) throws IOException {
    switch (phase) {
      case CATCH_UP -> {
        if (view.advance(log)) {
          return needsPreparation() ? enter(Phase.PREPARE) : judgeNow(nowMillis);
        }
      }
      case PREPARE -> {
        switch (prepare(log)) {
          case MORE -> {}
          case READY -> {
            return judgeNow(nowMillis);
          }
          case AGAIN -> startAgain();
        }
      }
      case CHECK_FILES -> {
        List<String> missing = log.missing(creation().newFiles());
        if (!missing.isEmpty()) {
          throw onMissing(missing);
        }
        enter(Phase.CREATE);
      }
      case CREATE -> create(log, nowMillis);
      case IDENTIFY -> identify(log);
      case CONFIRM -> {
        return confirm(log);
      }
      case SETTLE -> {
        return settle(log);
      }
      case FINISH -> {
        return finish(log, creation()) ? finished(creation()) : null;
      }
    }
    return null;
  }

  /**
   * Steps until done.
   *
   * @param nowMillis the clock
   * @param backOff called after each lost race or unknown outcome with how many there have been;
   *     waits a little
   * @return the result
   * @throws io.varve.io.VarveException if the operation is refused or fenced
   * @throws IOException if the log can't be read or written
   */
  public final R run(CommitLog log, LongSupplier nowMillis, IntConsumer backOff)
      throws IOException {
    int seen = 0;
    while (true) {
      R result = step(log, nowMillis.getAsLong());
      if (result != null) {
        return result;
      }
      if (conflicts > seen) {
        seen = conflicts;
        backOff.accept(seen);
      }
    }
  }

  /** Returns how many races and answers have been lost so far. */
  public final int conflicts() {
    return conflicts;
  }

  /** Returns how far it is, for the exploration to tell states apart. */
  final String position() {
    return phase + " " + view.position() + " " + detail() + (creation == null ? "" : " creates");
  }

  /** Returns what {@link #position} must tell of the reads that judging needs. */
  String detail() {
    return "";
  }

  /** Returns what the head calls for, without any access. */
  abstract Verdict<R> judge(Head head, long nowMillis) throws IOException;

  /** Returns whether {@link #prepare} has reads to make before the head can be judged. */
  boolean needsPreparation() throws IOException {
    return false;
  }

  /** Makes one read that judging needs. */
  Preparation prepare(CommitLog log) throws IOException {
    return Preparation.READY;
  }

  /** How preparing goes on. */
  enum Preparation {
    MORE,
    READY,
    AGAIN
  }

  /** Returns the error for files that the record would name and that do not exist. */
  IOException onMissing(List<String> missing) {
    return new IOException("missing files: " + missing);
  }

  /** Returns whether a record is created at all before {@link #finish}. */
  boolean publishes() {
    return true;
  }

  /** Makes one access after the record counts; returns whether that was the last. */
  boolean finish(CommitLog log, Verdict.Create<R> created) throws IOException {
    return true;
  }

  /** Returns the result after {@link #finish}. */
  R finished(Verdict.Create<R> created) {
    return created.result();
  }

  /** Returns whether {@link #finish} has accesses to make. */
  boolean needsFinishing(Verdict.Create<R> created) {
    return false;
  }

  /** Returns the time of the step that is being made. */
  final long nowMillis() {
    return nowMillis;
  }

  private Verdict.Create<R> creation() {
    return requireNonNull(creation);
  }

  private @Nullable R enter(Phase next) {
    phase = next;
    return null;
  }

  final void startAgain() {
    view.forget();
    phase = Phase.CATCH_UP;
  }

  private @Nullable R judgeNow(long nowMillis) throws IOException {
    Verdict<R> verdict = judge(view.head(), nowMillis);
    if (verdict instanceof Verdict.Done<R> done) {
      if (!rules.hold(Rule.VERDICT_NEEDS_BASE)) {
        return done.result();
      }
      settled = done.result();
      return enter(Phase.SETTLE);
    }
    creation = (Verdict.Create<R>) verdict;
    if (!publishes()) {
      return enter(Phase.FINISH);
    }
    return enter(creation().newFiles().isEmpty() ? Phase.CREATE : Phase.CHECK_FILES);
  }

  private void create(CommitLog log, long nowMillis) throws IOException {
    if (rules.hold(Rule.TIME_IS_OF_CREATION)) {
      creation =
          new Verdict.Create<>(
              creation().next().madeAt(nowMillis), creation().newFiles(), creation().result());
    }
    boolean created;
    try {
      created = log.create(creation().next().record());
    } catch (IOException e) {
      if (++unknownOutcomes > MAX_UNKNOWN_OUTCOMES) {
        throw e;
      }
      conflicts++;
      enter(Phase.IDENTIFY);
      return;
    }
    if (created) {
      enter(Phase.CONFIRM);
    } else if (rules.hold(Rule.RELOAD_AFTER_EXISTS)) {
      conflicts++;
      enter(Phase.CATCH_UP);
    } else {
      creation = renumbered(creation());
    }
  }

  /** After an unknown outcome: is the record there, and is it this operation's? */
  private void identify(CommitLog log) throws IOException {
    CommitRecord wanted = creation().next().record();
    boolean own =
        log.read(wanted.number())
            .map(record -> record.author().id().equals(wanted.author().id()))
            .orElse(false);
    if (own) {
      log.sync();
    }
    enter(own ? Phase.CONFIRM : Phase.CATCH_UP);
  }

  /** A record under an expired number proves nothing: another stood there and has been deleted. */
  private @Nullable R confirm(CommitLog log) throws IOException {
    long number = creation().next().number();
    if (rules.hold(Rule.BASE_RE_READ) && log.base() >= number) {
      conflicts++;
      if (rules.hold(Rule.BASE_PROVES_NOTHING)) {
        startAgain();
      } else {
        view.accept(creation().next());
        enter(Phase.CATCH_UP);
      }
      return null;
    }
    view.accept(creation().next());
    if (needsFinishing(creation())) {
      return enter(Phase.FINISH);
    }
    return creation().result();
  }

  /**
   * A verdict that creates nothing counts only if the head it was judged by was the newest: a view
   * that has slept for longer than the table's history finds no next record because that has
   * expired. A log that could not be read at all gave no head.
   */
  private @Nullable R settle(CommitLog log) throws IOException {
    if (view.isLoaded() && log.base() > view.head().number()) {
      refusal = null;
      settled = null;
      startAgain();
      return null;
    }
    if (refusal != null) {
      throw refusal;
    }
    return requireNonNull(settled);
  }

  private static <R> Verdict.Create<R> renumbered(Verdict.Create<R> creation) {
    CommitRecord old = creation.next().record();
    CommitRecord next =
        new CommitRecord(
            old.number() + 1,
            old.number(),
            old.timeMillis() + 1,
            old.reign(),
            old.progress(),
            old.author(),
            old.body());
    return new Verdict.Create<>(
        new Head(next, creation.next().state()), creation.newFiles(), creation.result());
  }
}
