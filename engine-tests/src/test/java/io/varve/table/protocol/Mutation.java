package io.varve.table.protocol;

import org.jspecify.annotations.Nullable;

/** One rule switched off: in the production classes, or in the world around them. */
record Mutation(String name, @Nullable Rule rule, World.@Nullable Flaw flaw) {

  static final Mutation NONE = new Mutation("none", null, null);

  static Mutation of(Rule rule) {
    return new Mutation(rule.name(), rule, null);
  }

  static Mutation of(World.Flaw flaw) {
    return new Mutation(flaw.name(), null, flaw);
  }

  Rules rules() {
    return rule == null ? Rules.ALL : Rules.without(rule);
  }

  boolean has(World.Flaw other) {
    return flaw == other;
  }
}
