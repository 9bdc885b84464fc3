package io.varve.table.protocol;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What a random walk is about: how likely each kind of event is. Every walk also leaves out some
 * kinds, prefers small or large steps, and so looks elsewhere than the one before.
 */
final class Theme {

  private enum Topic {
    ANYTHING,
    CHECKPOINTS,
    CLEAN_UP,
    SLEEPERS,
    RESTARTS
  }

  private final Topic topic;
  private final Random random;
  private final int stepSize;
  private final int[] weights = new int[Event.Kind.values().length];
  private int sum;

  Theme(Random random) {
    this.random = random;
    this.topic = Topic.values()[random.nextInt(Topic.values().length)];
    this.stepSize = random.nextInt(3);
    int omitted = 1 + 2 * random.nextInt(3);
    Map<Event.Kind, Integer> wanted = wanted();
    for (Event.Kind kind : Event.Kind.values()) {
      int weight = wanted.getOrDefault(kind, 0) * (1 + random.nextInt(4));
      boolean left = topic == Topic.CHECKPOINTS && isCheckpointing(kind);
      weights[kind.ordinal()] = left || random.nextInt(10) >= omitted ? weight : 0;
    }
    weights[Event.Kind.AGGREGATOR.ordinal()] += 10;
    weights[Event.Kind.TICK.ordinal()] += 1;
    if (random.nextInt(3) != 0) {
      weights[Event.Kind.LOSE.ordinal()] = 0;
    }
    for (int weight : weights) {
      sum += weight;
    }
  }

  /** Returns what happens first: a job starts, or there is something to clean up already. */
  List<Event> beginning() {
    List<Event> events = new ArrayList<>();
    if (topic == Topic.SLEEPERS) {
      return sleepers();
    }
    if (topic == Topic.RESTARTS && random.nextInt(8) == 0) {
      return takenBack();
    }
    boolean prepared = topic == Topic.CLEAN_UP && random.nextBoolean();
    if (prepared && random.nextBoolean()) {
      events.add(new Event(Event.Kind.GUEST, 0, random.nextInt(2)));
      events.add(new Event(Event.Kind.TICK, 0, 0));
    }
    events.add(new Event(Event.Kind.SUBMIT, 0, random.nextInt(2)));
    if (prepared) {
      events.add(new Event(Event.Kind.ROUND, 0, random.nextInt(144)));
      events.add(new Event(Event.Kind.ROUND, 0, random.nextInt(144)));
      events.add(new Event(Event.Kind.FAIL, 0, random.nextInt(2)));
      events.add(new Event(Event.Kind.ROUND, 1, random.nextInt(144)));
      events.add(new Event(Event.Kind.TICK, 0, 3));
      events.add(new Event(Event.Kind.CHORE, 0, 5 + random.nextInt(2)));
      events.add(new Event(Event.Kind.CHORE_STEP, 0, 2));
    }
    return events;
  }

  /** Two runs of a batch job sleep while what they have seen of the log expires. */
  private List<Event> sleepers() {
    List<Event> events = new ArrayList<>();
    events.add(new Event(Event.Kind.SUBMIT, 0, 0));
    events.add(new Event(Event.Kind.ROUND, 0, 0));
    events.add(new Event(Event.Kind.GUEST, 0, random.nextInt(2)));
    for (int i = 0; i < 5; i++) {
      events.add(new Event(Event.Kind.GUEST_STEP, 0, 0));
    }
    events.add(new Event(Event.Kind.GUEST, 0, 0));
    int steps = random.nextInt(5);
    for (int i = 0; i < steps; i++) {
      events.add(new Event(Event.Kind.GUEST_STEP, 0, 4));
    }
    events.add(new Event(Event.Kind.ROUND, 0, 1));
    events.add(new Event(Event.Kind.ROUND, 0, 1));
    events.add(new Event(Event.Kind.TICK, 0, 3));
    events.add(new Event(Event.Kind.CHORE, 0, 6));
    events.add(new Event(Event.Kind.CHORE_STEP, 0, 3));
    return events;
  }

  /** A savepoint goes on from a truncation, and is restored where that was taken back. */
  private List<Event> takenBack() {
    List<Event> events = new ArrayList<>();
    events.add(new Event(Event.Kind.SUBMIT, 0, random.nextInt(2)));
    events.add(new Event(Event.Kind.ROUND, 0, 3));
    events.add(new Event(Event.Kind.CHORE, 0, 9 * (1 + 2 * random.nextInt(3)) + 1));
    events.add(new Event(Event.Kind.CHORE_STEP, 0, 3));
    events.add(new Event(Event.Kind.ROUND, 0, 28 + 32 * random.nextInt(4) + random.nextInt(4)));
    events.add(new Event(Event.Kind.CHORE, 0, 13));
    events.add(new Event(Event.Kind.CHORE_STEP, 1, 3));
    events.add(new Event(Event.Kind.RESTORE, 0, random.nextInt(2)));
    return events;
  }

  Event.Kind kind() {
    int pick = random.nextInt(sum);
    for (Event.Kind kind : Event.Kind.values()) {
      pick -= weights[kind.ordinal()];
      if (pick < 0) {
        return kind;
      }
    }
    throw new AssertionError(pick);
  }

  int argument(Event.Kind kind) {
    int argument = random.nextInt(144);
    switch (kind) {
      case AGGREGATOR, COMMITTER, GUEST_STEP, CHORE_STEP -> {
        return stepSize > 0 && random.nextInt(4) > 0
            ? argument / 4 * 4 + (stepSize == 1 ? random.nextInt(2) * 2 : 3)
            : argument;
      }
      case CHORE -> {
        // Orphans, expiry or a rewind by hand.
        return topic == Topic.CLEAN_UP && random.nextInt(4) > 0
            ? argument / 9 * 9 + 4 + random.nextInt(3)
            : argument;
      }
      default -> {
        return argument;
      }
    }
  }

  private Map<Event.Kind, Integer> wanted() {
    Map<Event.Kind, Integer> wanted = new EnumMap<>(Event.Kind.class);
    for (Event.Kind kind : Event.Kind.values()) {
      wanted.put(kind, usual(kind));
    }
    switch (topic) {
      case ANYTHING -> {}
      case CHECKPOINTS -> {
        wanted.replaceAll((kind, weight) -> isCheckpointing(kind) ? weight * 2 : 1);
        wanted.put(Event.Kind.FAIL, 2);
        wanted.put(Event.Kind.FAULT, 3);
      }
      case CLEAN_UP, SLEEPERS -> {
        wanted.put(Event.Kind.CHORE, 12);
        wanted.put(Event.Kind.CHORE_STEP, 24);
        wanted.put(Event.Kind.TICK, 8);
        wanted.put(Event.Kind.GUEST, 4);
        wanted.put(Event.Kind.SUBMIT, 2);
        wanted.put(Event.Kind.RESTORE, 4);
        wanted.put(Event.Kind.EMIT, 1);
        wanted.put(Event.Kind.TRIGGER, 1);
        wanted.put(Event.Kind.WRITER, 1);
        wanted.put(Event.Kind.SPILL, 0);
      }
      case RESTARTS -> {
        wanted.put(Event.Kind.FAIL, 8);
        wanted.put(Event.Kind.RESTORE, 6);
        wanted.put(Event.Kind.SUBMIT, 2);
      }
    }
    return wanted;
  }

  private static boolean isCheckpointing(Event.Kind kind) {
    return switch (kind) {
      case EMIT, TRIGGER, WRITER, AGGREGATOR, DELIVER, COMPLETE, COMMITTER -> true;
      default -> false;
    };
  }

  private static int usual(Event.Kind kind) {
    return switch (kind) {
      case AGGREGATOR, COMMITTER, WRITER -> 12;
      case ROUND -> 10;
      case DELIVER, GUEST_STEP, CHORE_STEP -> 8;
      case EMIT, TRIGGER, COMPLETE -> 6;
      case UPKEEP, CHORE, TICK, FAIL -> 4;
      case SPILL, ABORT, RESTORE, GUEST, FAULT, READER, LOSE -> 2;
      case SUBMIT, CANCEL, BURY, END -> 1;
    };
  }
}
