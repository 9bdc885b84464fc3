package io.varve.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The state of the log now and the earlier ones that readers still hold. What a change made
 * needless is retired when no earlier state is held. Thread-safe; holding takes no lock.
 */
final class LogStates {

  private volatile LogState current;

  @GuardedBy("this")
  private final Deque<Past> past = new ArrayDeque<>();

  LogStates(LogState first) {
    this.current = first;
  }

  /** A replaced state and what is done when it and all before it are let go. */
  private record Past(LogState state, Runnable retire) {}

  /** Returns the state now; it is not held, so only for those who change it. */
  LogState current() {
    return current;
  }

  /** Holds the state now; {@link #letGo} must follow. */
  LogState hold() {
    LogState state = current;
    while (!state.tryHold()) {
      state = current;
    }
    return state;
  }

  void letGo(LogState state) {
    if (state.letGo()) {
      retire();
    }
  }

  /**
   * Goes on to another state.
   *
   * @param retire done when nobody can see the replaced state any more
   */
  void replace(LogState next, Runnable retire) {
    LogState replaced;
    synchronized (this) {
      replaced = current;
      past.add(new Past(replaced, retire));
      current = next;
    }
    letGo(replaced);
  }

  private void retire() {
    List<Runnable> due = new ArrayList<>();
    synchronized (this) {
      while (!past.isEmpty() && !past.peek().state().isHeld()) {
        due.add(past.remove().retire());
      }
    }
    due.forEach(Runnable::run);
  }
}
