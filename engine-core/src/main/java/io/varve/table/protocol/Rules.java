package io.varve.table.protocol;

import java.util.EnumSet;
import java.util.Set;

/** Which rules hold: all of them, but in the exploration. Immutable. */
final class Rules {

  /** Every rule; what all public constructors use. */
  static final Rules ALL = new Rules(EnumSet.noneOf(Rule.class));

  private final Set<Rule> off;

  private Rules(Set<Rule> off) {
    this.off = off;
  }

  /** Returns every rule but one. */
  static Rules without(Rule rule) {
    return new Rules(EnumSet.of(rule));
  }

  boolean hold(Rule rule) {
    return !off.contains(rule);
  }

  /** Returns whether two places are the same. */
  boolean same(Last one, Last other) {
    if (!hold(Rule.LAST_IS_IDENTITY)
        && one instanceof Last.Commit a
        && other instanceof Last.Commit b) {
      return a.checkpoint() == b.checkpoint();
    }
    return one.equals(other);
  }
}
