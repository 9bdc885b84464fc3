package io.varve.table.protocol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

  /** A state that was come to, and which of the events that may happen there were tried. */
  private static final class State {
    final List<Event> path;
    final List<Event> possible;
    int next;

    State(List<Event> path, List<Event> possible) {
      this.path = path;
      this.possible = possible;
    }
  }

  private final Mutation mutation;
  private final List<Event> setup;
  private final List<Choice> choices;
  private final int maxAttempts;
  private final Set<String> seen = new HashSet<>();
  private long transitions;

  CompleteSearch(Mutation mutation, List<Event> setup, List<Choice> choices, int maxAttempts) {
    this.maxAttempts = maxAttempts;
    this.mutation = mutation;
    this.setup = setup;
    this.choices = choices;
  }

  /** Searches; returns the walk that violates something, null if none does. */
  @Nullable Walk search(int maxStates) {
    Walk walk = Walk.again(mutation, setup, null);
    if (walk.violation != null) {
      return walk;
    }
    Deque<State> open = new ArrayDeque<>();
    open.push(new State(List.of(), possible(List.of(), walk.world)));
    @Nullable Walk at = walk; // a walk that has just come to the state on top, if there is one
    while (!open.isEmpty()) {
      State state = open.element();
      if (state.next == state.possible.size()) {
        open.remove();
        at = null;
        continue;
      }
      Event next = state.possible.get(state.next++);
      // A world cannot be copied, so all of a state's events but one need it made anew.
      Walk longer = at == null ? Walk.known(mutation, events(state.path)) : at;
      at = null;
      longer.perform(next);
      transitions++;
      if (longer.violation != null) {
        return longer;
      }
      List<Event> path = new ArrayList<>(state.path);
      path.add(next);
      if (seen.add(longer.world.position() + counts(path))) {
        if (seen.size() > maxStates) {
          throw new AssertionError("more than " + maxStates + " states");
        }
        open.push(new State(path, possible(path, longer.world)));
        at = longer;
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

  private List<Event> possible(List<Event> path, World world) {
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

  private List<Event> events(List<Event> path) {
    List<Event> all = new ArrayList<>(setup);
    all.addAll(path);
    return all;
  }
}
