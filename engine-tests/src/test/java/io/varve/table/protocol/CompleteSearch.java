package io.varve.table.protocol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Visits every state that a few kinds of events can lead to from a prepared one: every interleaving
 * of single accesses to the log.
 */
final class CompleteSearch {

  /**
   * An event that may happen, and how often.
   *
   * @param kind its kind, with every possible subject
   * @param argument its argument
   * @param times how often on one path
   */
  record Choice(Event.Kind kind, int argument, int times) {

    static Choice always(Event.Kind kind) {
      return new Choice(kind, 0, Integer.MAX_VALUE);
    }
  }

  private final Mutation mutation;
  private final List<Event> setup;
  private final List<Choice> choices;
  private final int maxAttempts;
  private final Map<String, Boolean> seen = new HashMap<>();
  private long transitions;

  CompleteSearch(Mutation mutation, List<Event> setup, List<Choice> choices, int maxAttempts) {
    this.maxAttempts = maxAttempts;
    this.mutation = mutation;
    this.setup = setup;
    this.choices = choices;
  }

  /** Searches; returns the walk that violates something, null if none does. */
  @Nullable Walk search(int maxStates) {
    Deque<List<Event>> open = new ArrayDeque<>();
    open.add(List.of());
    while (!open.isEmpty()) {
      List<Event> path = open.remove();
      for (Event next : possible(path)) {
        List<Event> longer = new ArrayList<>(path);
        longer.add(next);
        Walk walk = replay(longer);
        transitions++;
        if (walk.violation != null) {
          return walk;
        }
        if (seen.put(walk.world.position() + counts(longer), true) == null) {
          open.add(longer);
          if (seen.size() > maxStates) {
            throw new AssertionError("more than " + maxStates + " states");
          }
        }
      }
    }
    return null;
  }

  int states() {
    return seen.size();
  }

  long transitions() {
    return transitions;
  }

  private List<Event> possible(List<Event> path) {
    World world = replay(path).world;
    List<Event> events = new ArrayList<>();
    if (world.attempts.size() > maxAttempts) {
      return events;
    }
    Moves moves = new Moves(world);
    for (Choice choice : choices) {
      if (count(path, choice) < choice.times()) {
        for (int subject : moves.subjects(choice.kind())) {
          events.add(new Event(choice.kind(), subject, choice.argument()));
        }
      }
    }
    return events;
  }

  private String counts(List<Event> path) {
    StringBuilder text = new StringBuilder();
    for (Choice choice : choices) {
      if (choice.times() < Integer.MAX_VALUE) {
        text.append(count(path, choice)).append(',');
      }
    }
    return text.toString();
  }

  private static long count(List<Event> path, Choice choice) {
    return path.stream()
        .filter(e -> e.kind() == choice.kind() && e.argument() == choice.argument())
        .count();
  }

  private Walk replay(List<Event> path) {
    List<Event> all = new ArrayList<>(setup);
    all.addAll(path);
    return Walk.again(mutation, all, null);
  }
}
