package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;

/** Makes events happen in a world, and knows which can. */
final class Moves {

  private static final int MAX_JOBS = 5;
  private static final int MAX_ATTEMPTS = 14;
  private static final int MAX_GUESTS = 3;
  private static final int MANY = 200;

  /** How long a reader's lease is valid. */
  private static final long LEASE = World.HISTORY / 2;

  private static final Event ALL_STEPS = new Event(Event.Kind.AGGREGATOR, 0, 3);

  private final World world;

  Moves(World world) {
    this.world = world;
  }

  /** Returns the subjects that an event of this kind can have now. */
  List<Integer> subjects(Event.Kind kind) {
    List<Integer> subjects = new ArrayList<>();
    int count = count(kind);
    for (int i = 0; i < count; i++) {
      if (isPossible(kind, i)) {
        subjects.add(i);
      }
    }
    return subjects;
  }

  private int count(Event.Kind kind) {
    return switch (kind) {
      case EMIT,
          TRIGGER,
          WRITER,
          SPILL,
          UPKEEP,
          AGGREGATOR,
          DELIVER,
          COMMITTER,
          COMPLETE,
          ABORT,
          ROUND,
          END,
          FAIL,
          BURY,
          LOSE ->
          world.attempts.size();
      case RESTORE -> world.jobs.size() < MAX_JOBS ? world.savepoints.size() : 0;
      case SUBMIT -> world.jobs.size() < MAX_JOBS ? 1 : 0;
      case CANCEL -> world.jobs.size();
      case GUEST, GUEST_STEP -> Math.min(MAX_GUESTS, world.guests.size() + 1);
      case CHORE, TICK, FAULT, READER -> 1;
      case CHORE_STEP -> world.chores.size();
    };
  }

  private boolean isPossible(Event.Kind kind, int subject) {
    return switch (kind) {
      case SUBMIT, RESTORE, CHORE, TICK, READER -> true;
      case FAULT -> true;
      case CANCEL -> world.jobs.get(subject).isAlive();
      case GUEST -> true;
      case GUEST_STEP ->
          subject < world.guests.size() && world.guests.get(subject).unfinished(0) != null;
      case CHORE_STEP -> !world.chores.get(subject).done;
      default -> isPossible(kind, world.attempts.get(subject));
    };
  }

  private boolean isPossible(Event.Kind kind, Attempt attempt) {
    if (attempt.dead) {
      return false;
    }
    boolean current = attempt.job.current == attempt;
    return switch (kind) {
      case EMIT -> attempt.emitted < 30 && !attempt.sourceEnded;
      case TRIGGER -> current && attempt.isOpen() && inFlight(attempt).size() < 2;
      case WRITER -> attempt.writers.stream().anyMatch(Writer::hasBarrier);
      case SPILL -> attempt.isOpen();
      case UPKEEP -> attempt.writers.stream().anyMatch(Writer::mayKeepUp);
      case AGGREGATOR ->
          (attempt.isOpen() || world.attempts.size() < MAX_ATTEMPTS) && attempt.aggregatorHasWork();
      case DELIVER -> !attempt.toCommitter.isEmpty();
      case COMMITTER -> attempt.committerHasWork();
      case COMPLETE -> current && inFlight(attempt).stream().anyMatch(Checkpoint.Pending::isReady);
      case ABORT -> current && !inFlight(attempt).isEmpty();
      case ROUND -> current;
      case END -> current && attempt.isOpen() && !attempt.sourceEnded;
      case FAIL -> current && world.attempts.size() < MAX_ATTEMPTS;
      case BURY -> attempt.job.current != attempt;
      case LOSE -> current && attempt.toCommitter.stream().anyMatch(d -> d.committable() != null);
      default -> false;
    };
  }

  /** Returns an event in words, before it happens. */
  String describe(Event event) {
    String kind = event.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    int subject = event.subject();
    String who =
        switch (event.kind()) {
          case SUBMIT, TICK, FAULT, READER, CHORE -> "";
          case CANCEL -> subject < world.jobs.size() ? world.jobs.get(subject).name : "?";
          case RESTORE ->
              subject < world.savepoints.size() ? world.savepoints.get(subject).name : "?";
          case GUEST, GUEST_STEP -> "g" + (subject + 1);
          case CHORE_STEP -> subject < world.chores.size() ? world.chores.get(subject).name : "?";
          default -> subject < world.attempts.size() ? world.attempts.get(subject).id : "?";
        };
    return kind + (who.isEmpty() ? "" : " " + who) + " /" + event.argument();
  }

  /** Makes an event happen, if it can; returns whether it could. */
  boolean perform(Event event) {
    boolean exists = event.subject() >= 0 && event.subject() < count(event.kind());
    if (!exists || !isPossible(event.kind(), event.subject())) {
      return false;
    }
    switch (event.kind()) {
      case SUBMIT -> {
        if (event.argument() % 16 == 15) {
          world.submitTwoSinks();
        } else {
          world.submit(null, parallelism(event), OnRewind.REWIND);
        }
      }
      case RESTORE ->
          world.submit(
              world.savepoints.get(event.subject()),
              parallelism(event),
              OnRewind.values()[event.argument() / 2 % 3]);
      case CANCEL -> world.cancel(world.jobs.get(event.subject()), event.argument() % 2 == 0);
      case GUEST -> guest(event);
      case GUEST_STEP -> {
        Guest guest = world.guests.get(event.subject());
        long newest = world.log.newestExactly();
        for (int i = 0; goesOn(event, i, newest); i++) {
          Guest.Run run = guest.unfinished(event.argument() / 4);
          if (run != null) {
            world.run(guest, run);
          }
        }
      }
      case CHORE -> world.chores.add(new Chores(world).start(event.argument()));
      case CHORE_STEP -> {
        Chore chore = world.chores.get(event.subject());
        long newest = world.log.newestExactly();
        for (int i = 0; goesOn(event, i, newest) && !chore.done; i++) {
          world.run(chore);
        }
      }
      case READER -> reader(event.argument());
      case TICK -> {
        world.log.now += 1 + event.argument() % 4 * 8L;
        world.log.late = null; // what seemed lost happens soon or never
      }
      case FAULT -> world.fault(event.argument());
      default -> perform(event, world.attempts.get(event.subject()));
    }
    return true;
  }

  private void perform(Event event, Attempt attempt) {
    int argument = event.argument();
    switch (event.kind()) {
      case EMIT -> attempt.emit(1 + argument % 2);
      case TRIGGER -> attempt.trigger(argument % 4 == 1);
      case WRITER -> writer(attempt, argument);
      case SPILL -> attempt.writers.get(argument % attempt.writers.size()).spill();
      case UPKEEP -> {
        Writer writer = attempt.writers.get(argument % attempt.writers.size());
        if (writer.mayKeepUp()) {
          writer.planUpkeep(argument / 2 % 2 == 1);
        }
      }
      case AGGREGATOR -> aggregator(attempt, event);
      case DELIVER -> attempt.deliver();
      case COMMITTER -> committer(attempt, event);
      case COMPLETE ->
          world.complete(
              inFlight(attempt).stream().filter(Checkpoint.Pending::isReady).findFirst().get(),
              argument % 4 != 1);
      case ABORT -> {
        Checkpoint.Pending pending = inFlight(attempt).get(0);
        pending.aborted = true;
        pending.abortReachesWriters = argument % 2 == 1;
        pending.abortReachesAggregator = argument / 2 % 2 == 1;
      }
      case ROUND -> round(attempt, argument);
      case END -> attempt.end();
      case FAIL -> world.fail(attempt, argument % 2 == 1);
      case BURY -> attempt.dead = true;
      case LOSE -> {
        attempt.lostCommittable = true;
        attempt.toCommitter.removeIf(delivery -> delivery.committable() != null);
      }
      default -> throw new IllegalArgumentException(event.toString());
    }
  }

  private static void writer(Attempt attempt, int argument) {
    List<Writer> waiting = attempt.writers.stream().filter(Writer::hasBarrier).toList();
    if (!waiting.isEmpty()) {
      waiting.get(argument % waiting.size()).advance(argument / 2 % 4);
    }
  }

  private void aggregator(Attempt attempt, Event event) {
    long newest = world.log.newestExactly();
    for (int i = 0; goesOn(event, i, newest) && !attempt.dead && attempt.aggregatorHasWork(); i++) {
      world.run(attempt, attempt::stepAggregator);
    }
  }

  private void committer(Attempt attempt, Event event) {
    long newest = world.log.newestExactly();
    for (int i = 0; goesOn(event, i, newest) && !attempt.dead && attempt.committerHasWork(); i++) {
      world.run(attempt, attempt::stepCommitter);
    }
  }

  /** Opens, emits a few rows, and takes a checkpoint as far as the argument says. */
  private void round(Attempt attempt, int argument) {
    aggregator(attempt, ALL_STEPS);
    if (attempt.dead || !attempt.isOpen()) {
      return;
    }
    if (attempt.emitted < 30 && !attempt.sourceEnded) {
      attempt.emit(argument % 4);
    }
    if (argument / 16 % 2 == 1) {
      attempt.writers.forEach(Writer::spill);
    }
    boolean savepoint = argument / 4 % 4 == 3;
    if (inFlight(attempt).isEmpty()) {
      attempt.trigger(savepoint);
    }
    for (Writer writer : attempt.writers) {
      while (writer.hasBarrier()) {
        writer.advance(argument / 32 % 4);
      }
    }
    aggregator(attempt, ALL_STEPS);
    while (!attempt.dead && !attempt.toCommitter.isEmpty()) {
      attempt.deliver();
    }
    for (Checkpoint.Pending pending : inFlight(attempt)) {
      if (!attempt.dead && pending.isReady()) {
        world.complete(pending, argument / 4 % 4 != 2);
      }
    }
    committer(attempt, ALL_STEPS);
  }

  private void guest(Event event) {
    if (event.subject() < world.guests.size()) {
      world.guests.get(event.subject()).start();
    } else {
      world.startGuest(1 + event.argument() % 2, overwrite(event.argument() / 2 % 8));
    }
  }

  /** One batch job in four overwrites: one bucket, the other, or everything. */
  private static Overwrite overwrite(int choice) {
    return switch (choice) {
      case 5 -> head -> Set.of("b0");
      case 6 -> head -> Set.of("b0", "b1");
      case 7 -> head -> Set.of("");
      default -> Overwrite.NOTHING;
    };
  }

  /** A reader takes a lease, looks whether it counts, gives it back, or writes it anew. */
  private void reader(int argument) {
    TreeMap<Integer, MemoryLog.Lease> leases = world.log.leases;
    long until = world.log.now + LEASE;
    if (argument % 4 == 0) {
      long number = Math.max(1, world.log.newestExactly() - argument / 4 % 3);
      leases.put(world.nextId(), new MemoryLog.Lease(number, until));
      return;
    }
    if (leases.isEmpty()) {
      return;
    }
    int id = List.copyOf(leases.keySet()).get(argument / 4 % leases.size());
    MemoryLog.Lease lease = requireNonNull(leases.get(id));
    switch (argument % 4) {
      case 1 -> {
        TableState head = world.log.derive(world.log.newestExactly());
        if (head == null || head.facts().expiredThrough() >= lease.record()) {
          leases.remove(id);
          world.relying.remove(id);
        } else {
          world.relying.add(id);
        }
      }
      case 2 -> {
        leases.remove(id);
        world.relying.remove(id);
      }
      default -> {
        if (lease.validUntil() < world.log.now) {
          world.relying.remove(id); // it has lapsed, and must look again
        }
        leases.put(id, new MemoryLog.Lease(lease.record(), until));
      }
    }
  }

  /** Returns whether to make another step: one, two, until the log has grown, or all. */
  private boolean goesOn(Event event, int steps, long newest) {
    return switch (event.argument() % 4) {
      case 0 -> steps < 1;
      case 1 -> steps < 2;
      case 2 -> steps < MANY && world.log.newestExactly() == newest;
      default -> steps < MANY;
    };
  }

  private static int parallelism(Event event) {
    return 1 + event.argument() % 2;
  }

  static List<Checkpoint.Pending> inFlight(Attempt attempt) {
    return attempt.pending.values().stream()
        .filter(pending -> !pending.aborted && !pending.over)
        .toList();
  }
}
