package io.varve.table.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One run of a world: random, or again from a list of events. */
final class Walk {

  private static final int PATIENCE = 30;

  final World world;
  final List<Event> events = new ArrayList<>();
  @Nullable Violation violation;

  private final Moves moves;

  Walk(Mutation mutation) {
    this.world = new World(mutation);
    this.moves = new Moves(world);
  }

  /** Walks at random until something is violated or this many events have happened. */
  static Walk random(Mutation mutation, long seed, int length) {
    Walk walk = new Walk(mutation);
    // Neighbouring seeds of this generator begin alike, so they are spread first.
    Random random = new Random(seed * 0x9E3779B97F4A7C15L);
    Theme theme = new Theme(random);
    theme.beginning().forEach(walk::perform);
    while (walk.events.size() < length && walk.violation == null) {
      if (!walk.randomEvent(random, theme)) {
        return walk;
      }
    }
    return walk;
  }

  /** Walks again; events that are not possible are left out. */
  static Walk again(Mutation mutation, List<Event> events, @Nullable List<String> trace) {
    Walk walk = new Walk(mutation);
    walk.world.trace = trace;
    for (Event event : events) {
      if (walk.violation == null) {
        walk.perform(event);
      }
    }
    return walk;
  }

  /** Walks again events that were walked before and violated nothing, so nothing is looked at. */
  static Walk known(Mutation mutation, List<Event> events) {
    Walk walk = new Walk(mutation);
    walk.world.ghost.known = true;
    events.forEach(walk::perform);
    walk.world.ghost.known = false;
    return walk;
  }

  private boolean randomEvent(Random random, Theme theme) {
    for (int i = 0; i < PATIENCE; i++) {
      Event.Kind kind = theme.kind();
      if (world.log.late != null && random.nextInt(4) == 0) {
        kind = Event.Kind.FAULT;
      }
      List<Integer> subjects = moves.subjects(kind);
      if (!subjects.isEmpty()) {
        int last = subjects.size() - 1;
        int subject = subjects.get(random.nextBoolean() ? last : random.nextInt(last + 1));
        perform(new Event(kind, subject, theme.argument(kind)));
        return true;
      }
    }
    return false;
  }

  /** Lets an event happen, if it can, and notes the violation if it is one. */
  void perform(Event event) {
    try {
      if (world.trace != null) {
        world.say(moves.describe(event));
      }
      if (moves.perform(event)) {
        events.add(event);
        world.attempts.forEach(Attempt::settle);
      }
    } catch (Violation found) {
      events.add(event);
      violation = found;
      world.say("VIOLATION: " + found.getMessage());
    }
  }
}
