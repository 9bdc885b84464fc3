package io.varve.table.protocol;

import java.io.IOException;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An act of maintenance under way. */
final class Chore implements Ghost.Actor {

  final String name;
  final @Nullable RetainedLog retained;
  private LogOperation<?> operation;
  private @Nullable Supplier<LogOperation<?>> then;
  boolean done;

  /** The directories whose visible rows it is to take away. */
  Set<String> truncated = Set.of();

  Chore(String name, LogOperation<?> operation) {
    this(name, operation, null);
  }

  Chore(String name, LogOperation<?> operation, @Nullable RetainedLog retained) {
    this.name = name;
    this.operation = operation;
    this.retained = retained;
  }

  /** Makes this go on with another act when the first is done. */
  Chore andThen(Supplier<LogOperation<?>> next) {
    then = next;
    return this;
  }

  String position() {
    return name + done + (then == null) + operation.position();
  }

  void step(World world) throws IOException {
    if (operation.step(world.log, world.log.now) != null) {
      Supplier<LogOperation<?>> next = then;
      then = null;
      done = next == null;
      operation = next == null ? operation : next.get();
    }
  }
}
