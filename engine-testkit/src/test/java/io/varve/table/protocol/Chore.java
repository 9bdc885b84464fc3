package io.varve.table.protocol;

import java.io.IOException;

/** An act of maintenance under way. */
final class Chore implements Ghost.Actor {

  final String name;
  private final LogOperation<?> operation;
  boolean done;

  Chore(String name, LogOperation<?> operation) {
    this.name = name;
    this.operation = operation;
  }

  String position() {
    return name + done + operation.position();
  }

  void step(World world) throws IOException {
    done = operation.step(world.log, world.log.now) != null;
  }
}
