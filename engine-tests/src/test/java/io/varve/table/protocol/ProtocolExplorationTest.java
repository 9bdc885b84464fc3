package io.varve.table.protocol;

import static io.varve.table.protocol.Event.Kind.AGGREGATOR;
import static io.varve.table.protocol.Event.Kind.CHORE;
import static io.varve.table.protocol.Event.Kind.CHORE_STEP;
import static io.varve.table.protocol.Event.Kind.COMMITTER;
import static io.varve.table.protocol.Event.Kind.COMPLETE;
import static io.varve.table.protocol.Event.Kind.DELIVER;
import static io.varve.table.protocol.Event.Kind.EMIT;
import static io.varve.table.protocol.Event.Kind.FAIL;
import static io.varve.table.protocol.Event.Kind.GUEST;
import static io.varve.table.protocol.Event.Kind.GUEST_STEP;
import static io.varve.table.protocol.Event.Kind.RESTORE;
import static io.varve.table.protocol.Event.Kind.ROUND;
import static io.varve.table.protocol.Event.Kind.SUBMIT;
import static io.varve.table.protocol.Event.Kind.TICK;
import static io.varve.table.protocol.Event.Kind.TRIGGER;
import static io.varve.table.protocol.Event.Kind.WRITER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.varve.table.protocol.CompleteSearch.Choice;
import io.varve.testkit.SeededTest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The commit protocol under everything that Flink, files, failures and people can do to it: the
 * classes that run in production, one access to the log at a time, beside an oracle that knows what
 * must be visible at every record. And each rule switched off, to see that it is needed and that
 * the exploration would notice.
 *
 * <p>Prints what it saw. {@code varve.runs} multiplies the walks; {@code varve.explore.seconds}
 * walks for a time instead, from {@code varve.explore.seed} on.
 */
class ProtocolExplorationTest {

  private static final int WALKS = 15_000;
  private static final int MAX_WALKS_PER_MUTATION = 200_000;
  private static final int MAX_STATES = 100_000;

  /**
   * The walks that found the rarest mutations, tried first: to come upon those costs thousands of
   * walks each, every time. Where one finds nothing any more, and in longer runs, walks begin with
   * the first.
   */
  private static final Map<String, Long> FOUND_BEFORE =
      Map.of(
          "DONE_BEFORE_TEST", 1603L,
          "EXPIRED_PARENT_REFUSED", 3116L,
          "EXPIRING_TAIL_GOES_ON", 28050L,
          "LEASES_HONOURED", 7130L,
          "ORPHAN_NEEDS_OLD_OPEN", 894L,
          "PREVIOUS_IS_LAST", 3416L,
          "REWRITTEN_TAIL_LISTED", 1313L,
          "VERDICT_NEEDS_BASE", 12872L);

  @Test
  void randomWalksViolateNothing() {
    long runs = Long.getLong(SeededTest.RUNS_PROPERTY, 1);
    long seconds = Long.getLong("varve.explore.seconds", 0);
    long first = Long.getLong("varve.explore.seed", 1);
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    Exploration exploration = new Exploration(Mutation.NONE);
    for (long seed = first;
        seconds > 0 ? System.nanoTime() < end : seed < first + WALKS * runs;
        seed++) {
      Walk violated = exploration.walk(seed);
      if (violated != null) {
        fail("seed %d: %s", seed, report(exploration, violated));
      }
    }
    print("protocol: " + exploration + ", no violation");
  }

  @TestFactory
  Stream<DynamicTest> findsEveryMutation() {
    List<Mutation> mutations =
        Stream.concat(
                Arrays.stream(Rule.values()).map(Mutation::of),
                Arrays.stream(World.Flaw.values()).map(Mutation::of))
            .toList();
    Map<String, String> found = new ConcurrentHashMap<>();
    mutations.parallelStream().forEach(mutation -> found.put(mutation.name(), find(mutation)));
    return mutations.stream()
        .map(
            mutation ->
                DynamicTest.dynamicTest(
                    mutation.name(),
                    () -> {
                      String report = found.getOrDefault(mutation.name(), "not run");
                      assertThat(report).contains("found in walk").contains("VIOLATION");
                      print(report);
                    }));
  }

  /** A zombie that opens late, the reigning attempt's commit and a batch job's. */
  @Test
  void lateZombieCommitAndGuestInEveryOrder() {
    searchAll(
        "late zombie, commit, guest",
        List.of(
            event(SUBMIT, 0, 0),
            event(ROUND, 0, 1),
            event(FAIL, 0, 0),
            event(FAIL, 1, 1),
            event(AGGREGATOR, 2, 3),
            event(EMIT, 2, 1),
            event(TRIGGER, 2, 0),
            event(WRITER, 2, 0),
            event(AGGREGATOR, 2, 3),
            event(DELIVER, 2, 0),
            event(DELIVER, 2, 0),
            event(COMPLETE, 2, 0),
            event(GUEST, 0, 0)),
        List.of(Choice.always(AGGREGATOR), Choice.always(COMMITTER), Choice.always(GUEST_STEP)),
        3);
  }

  /** An expiry between whose accesses a savepoint of the expiring time is restored. */
  @Test
  void expiryAndRestoreInEveryOrder() {
    searchAll(
        "expiry, restore",
        List.of(
            event(SUBMIT, 0, 0),
            event(ROUND, 0, 1),
            event(ROUND, 0, 13),
            event(ROUND, 0, 1),
            event(TICK, 0, 3),
            event(CHORE, 0, 6),
            event(CHORE, 0, 7),
            event(RESTORE, 0, 0)),
        List.of(Choice.always(AGGREGATOR), Choice.always(CHORE_STEP)),
        2);
  }

  /** A clean-up between whose accesses a batch job commits files that it lists. */
  @Test
  void cleanUpAndGuestInEveryOrder() {
    searchAll(
        "clean-up, guest, commit",
        List.of(
            event(GUEST, 0, 1),
            event(TICK, 0, 0),
            event(SUBMIT, 0, 0),
            event(ROUND, 0, 1),
            event(TICK, 0, 3),
            event(CHORE, 0, 5)),
        List.of(Choice.always(GUEST_STEP), Choice.always(CHORE_STEP), new Choice(ROUND, 1, 2)),
        2);
  }

  /** One job's tasks, two checkpoints and a failure that its tasks don't notice at once. */
  @Test
  void twoCheckpointsAndFailureInEveryOrder() {
    searchAll(
        "two checkpoints, failure",
        List.of(event(SUBMIT, 0, 0), event(AGGREGATOR, 0, 3), event(EMIT, 0, 0)),
        List.of(
            new Choice(EMIT, 0, 1),
            new Choice(TRIGGER, 0, 2),
            Choice.always(WRITER),
            Choice.always(AGGREGATOR),
            Choice.always(DELIVER),
            Choice.always(COMPLETE),
            Choice.always(COMMITTER),
            new Choice(FAIL, 1, 1)),
        2);
  }

  private static String find(Mutation mutation) {
    Exploration exploration = new Exploration(mutation);
    Long before = FOUND_BEFORE.get(mutation.name());
    if (before != null && Long.getLong(SeededTest.RUNS_PROPERTY, 1) == 1) {
      Walk violated = exploration.walk(before);
      if (violated != null) {
        return found(mutation, before, exploration, violated);
      }
    }
    for (long seed = 1; seed <= MAX_WALKS_PER_MUTATION; seed++) {
      Walk violated = exploration.walk(seed);
      if (violated != null) {
        return found(mutation, seed, exploration, violated);
      }
    }
    return mutation.name() + ": not found in " + exploration;
  }

  private static String found(
      Mutation mutation, long seed, Exploration exploration, Walk violated) {
    return mutation.name() + ": found in walk " + seed + "; " + report(exploration, violated);
  }

  private static void searchAll(
      String name, List<Event> setup, List<Choice> choices, int maxAttempts) {
    CompleteSearch search = new CompleteSearch(Mutation.NONE, setup, choices, maxAttempts);
    Walk violated = search.search(MAX_STATES);
    if (violated != null) {
      fail("%s: %s", name, report(new Exploration(Mutation.NONE), violated));
    }
    assertThat(search.states()).isGreaterThan(100);
    print(
        "protocol, every order of "
            + name
            + ": "
            + search.states()
            + " states, "
            + search.transitions()
            + " transitions, no violation");
  }

  private static String report(Exploration exploration, Walk violated) {
    List<Event> events = exploration.shorten(violated);
    return "shortest trace found, "
        + events.size()
        + " events:\n    "
        + String.join("\n    ", exploration.trace(events));
  }

  private static Event event(Event.Kind kind, int subject, int argument) {
    return new Event(kind, subject, argument);
  }

  private static void print(String line) {
    System.out.println(line);
  }
}
