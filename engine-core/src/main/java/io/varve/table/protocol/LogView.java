package io.varve.table.protocol;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The head of a commit log as one participant has seen it; follows the log by probing the next
 * number. May be stale at any time: only an exclusive create under the next number proves that it
 * was not. Confined to one thread.
 */
public final class LogView {

  private static final int MAX_LOADS = 100;

  private final StateApplier applier;
  private final Rules rules;
  private @Nullable Head head;
  private @Nullable CommitRecord loading;
  private long loadNumber = -1;

  /** Records up to this number were records, and not something below the base, when read. */
  private long verified;

  private boolean reachedEnd;
  private int loads;

  /** Creates a view that knows nothing yet. */
  public LogView() {
    this(Rules.ALL);
  }

  LogView(Rules rules) {
    this.applier = new StateApplier(rules);
    this.rules = rules;
  }

  /**
   * Makes one access on the way to the newest record.
   *
   * @return whether there was no newer record than {@link #head}
   * @throws IOException if the log can't be read
   */
  public boolean advance(CommitLog log) throws IOException {
    if (loading != null) {
      loadState(log, loading);
      return false;
    }
    if (head == null) {
      return load(log);
    }
    if (reachedEnd) {
      return verify(log.base());
    }
    Optional<CommitRecord> next = log.read(head.number() + 1);
    if (next.isEmpty()) {
      loads = 0;
      reachedEnd = head.number() > verified && rules.hold(Rule.VIEW_IS_VERIFIED);
      return !reachedEnd;
    }
    if (next.get().base() == head.number()) {
      head = new Head(next.get(), applier.apply(head.state(), next.get()));
    } else {
      loading = next.get();
    }
    return false;
  }

  /** Returns the newest record seen and the state after it. */
  public Head head() {
    if (head == null) {
      throw new IllegalStateException("not loaded; advance first");
    }
    return head;
  }

  /** Returns whether {@link #head} may be asked. */
  public boolean isLoaded() {
    return head != null;
  }

  /** Moves to a record that follows the head, has just been created, and counts. */
  void accept(Head created) {
    head = created;
    verified = created.number();
  }

  /** Forgets everything, because what was seen has expired. */
  void forget() {
    head = null;
    loading = null;
    loadNumber = -1;
    reachedEnd = false;
  }

  /** Returns where the view stands, for the exploration to tell states apart. */
  String position() {
    long loadingNumber = loading == null ? 0 : loading.number();
    return (head == null ? -1 : head.number())
        + ","
        + loadNumber
        + ","
        + loadingNumber
        + ","
        + verified
        + reachedEnd;
  }

  /**
   * Compares what has been read with the base. Below it an author who slept may have created a
   * record under a number whose record had been deleted: following the log through that one leads
   * to a state that never was.
   */
  private boolean verify(long base) {
    reachedEnd = false;
    if (base > verified) {
      forget();
      return false;
    }
    verified = head().number();
    return true;
  }

  private boolean load(CommitLog log) throws IOException {
    if (loadNumber < 0) {
      if (++loads > MAX_LOADS) {
        throw new IOException(
            "the commit log's newest record could not be read: it expired " + MAX_LOADS + " times");
      }
      loadNumber = log.newest();
      if (loadNumber == 0) {
        head = Head.GENESIS;
        verified = 0;
        loadNumber = -1;
      }
      return false;
    }
    Optional<CommitRecord> record = log.read(loadNumber);
    loadNumber = -1;
    loading = record.orElse(null);
    return false;
  }

  private void loadState(CommitLog log, CommitRecord record) throws IOException {
    Optional<TableState> state = log.state(record.number());
    long before = head == null ? record.number() - 1 : verified;
    forget();
    if (state.isPresent()) {
      head = new Head(record, state.get());
      verified = before;
    }
  }
}
