package io.varve.table.protocol;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs walks, counts what they saw, and makes the trace of a violation as short as it can. */
final class Exploration {

  private static final int EVENTS = 80;
  private static final int MAX_TRIES = 2_000;
  private static final int SUBJECTS = 15;

  private final Mutation mutation;
  private final Set<Long> logs = new HashSet<>();
  private long walks;
  private long events;
  private long records;

  Exploration(Mutation mutation) {
    this.mutation = mutation;
  }

  /** Makes one random walk; returns it if something was violated. */
  @Nullable Walk walk(long seed) {
    Walk walk = Walk.random(mutation, seed, EVENTS);
    walks++;
    events += walk.events.size();
    records += walk.world.log.newestExactly();
    logs.addAll(walk.world.ghost.histories);
    return walk.violation == null ? null : walk;
  }

  /** Returns the events of the violation without those that it does not need. */
  List<Event> shorten(Walk violated) {
    List<Event> shortest = violated.events;
    int tries = 0;
    for (int chunk = shortest.size() / 2; chunk > 0 && tries < MAX_TRIES; ) {
      List<Event> shorter = null;
      for (int end = shortest.size(); end > 0 && shorter == null; end -= chunk) {
        tries++;
        shorter = without(shortest, Math.max(0, end - chunk), end);
      }
      if (shorter == null) {
        chunk /= 2;
      } else {
        shortest = shorter;
        chunk = Math.min(chunk, shortest.size());
      }
    }
    return shortest;
  }

  /** Returns the events without a range of them, if they still violate something; else null. */
  private @Nullable List<Event> without(List<Event> events, int start, int end) {
    List<Event> before = events.subList(0, start);
    List<Event> after = events.subList(end, events.size());
    // Without an event that begins an attempt, a job or a chore, later ones have lower numbers.
    int highest = after.stream().mapToInt(Event::subject).max().orElse(0);
    for (int lowered = Math.min(SUBJECTS, highest + 1); lowered > 0; lowered--) {
      List<Event> fewer = new ArrayList<>(before);
      for (Event event : after) {
        int subject = event.subject() >= lowered ? event.subject() - 1 : event.subject();
        fewer.add(new Event(event.kind(), subject, event.argument()));
      }
      Walk again = Walk.again(mutation, fewer, null);
      if (again.violation != null && again.events.size() < events.size()) {
        return again.events;
      }
      if (end - start > 1) {
        return null;
      }
    }
    return null;
  }

  /** Returns what happens when these events happen. */
  List<String> trace(List<Event> events) {
    List<String> lines = new ArrayList<>();
    Walk.again(mutation, events, lines);
    return lines;
  }

  long walks() {
    return walks;
  }

  @Override
  public String toString() {
    return walks
        + " walks, "
        + events
        + " events, "
        + records
        + " records, "
        + logs.size()
        + " different logs";
  }
}
