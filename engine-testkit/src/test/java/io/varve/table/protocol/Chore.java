package io.varve.table.protocol;

import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An act of maintenance under way. */
final class Chore implements Ghost.Actor {

  final String name;
  final @Nullable RetainedLog retained;
  private final LogOperation<?> operation;
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

  String position() {
    return name + done + operation.position();
  }

  void step(World world) throws IOException {
    done = operation.step(world.log, world.log.now) != null;
  }
}
