package io.varve.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** An extension that ran nothing, or lost the seed, would make every random test worthless. */
class SeededTestTest {

  @Test
  void runsAsOftenAsItSays() {
    Events tests = run(Passing.class);

    tests.assertStatistics(counts -> counts.started(7).succeeded(7));
  }

  @Test
  void stopsAtTheFirstFailure() {
    Events tests = run(Failing.class);

    tests.assertStatistics(counts -> counts.succeeded(2).failed(1).started(3));
  }

  @Test
  void namesTheSeedThatFailed() {
    Throwable error =
        run(Failing.class).finished().failed().stream()
            .findFirst()
            .orElseThrow()
            .getRequiredPayload(TestExecutionResult.class)
            .getThrowable()
            .orElseThrow();

    String seed = "0x" + Long.toHexString(seedsOf(Failing.class, "fails", 5, null, null)[2]);
    assertThat(error)
        .hasMessageContaining("-Dvarve.seed=" + seed)
        .hasMessageContaining("third run")
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void handsOutARandomOfTheNamedSeed() {
    Recording.DRAWN.clear();
    run(Recording.class);

    List<Long> expected =
        LongStream.of(seedsOf(Recording.class, "records", 3, null, null))
            .mapToObj(seed -> new Random(seed).nextLong())
            .toList();
    assertThat(Recording.DRAWN).isEqualTo(expected);
  }

  @Test
  void anAssumptionThatFailsIsNoFailure() {
    Events tests = run(Assuming.class);

    tests.assertStatistics(counts -> counts.aborted(4).failed(0));
  }

  @Test
  void seedsDifferByRunAndByMethod() {
    long[] one = seedsOf(Passing.class, "one", 1_000, null, null);
    long[] two = seedsOf(Passing.class, "two", 1_000, null, null);

    assertThat(LongStream.concat(LongStream.of(one), LongStream.of(two)).distinct().count())
        .isEqualTo(2_000);
  }

  @Test
  void theMultiplierAddsRunsAndKeepsTheFirst() {
    long[] few = seedsOf(Passing.class, "one", 5, null, "1");
    long[] many = seedsOf(Passing.class, "one", 5, null, "3");

    assertThat(many).hasSize(15).startsWith(few);
  }

  @Test
  void oneSeedRunsAlone() {
    assertThat(seedsOf(Passing.class, "one", 5, "0xffffffffffffffff", "3")).containsExactly(-1L);
    assertThat(seedsOf(Passing.class, "one", 5, "-42", null)).containsExactly(-42L);
  }

  @Test
  void refusesPropertiesThatAreNoNumbers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> seedsOf(Passing.class, "one", 5, "seven", null))
        .withMessageContaining("-Dvarve.seed=seven");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> seedsOf(Passing.class, "one", 5, null, "0"))
        .withMessageContaining("-Dvarve.runs=0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> seedsOf(Passing.class, "one", 0, null, null))
        .withMessageContaining("runs = 0");
  }

  private static long[] seedsOf(
      Class<?> type,
      String method,
      int runs,
      @Nullable String onlySeed,
      @Nullable String multiplier) {
    String name = type.getName() + "#" + method;
    return SeededTestExtension.seeds(name, runs, onlySeed, multiplier).toArray();
  }

  private static Events run(Class<?> type) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(type))
        .execute()
        .testEvents();
  }

  static class Passing {
    @SeededTest(runs = 7)
    void passes(Random random) {
      assertThat(random).isNotNull();
    }
  }

  static class Failing {
    private static int calls;

    @SeededTest(runs = 5)
    void fails(Random random) {
      calls++;
      if (calls % 3 == 0) {
        throw new IllegalStateException("third run");
      }
    }
  }

  static class Recording {
    static final List<Long> DRAWN = new ArrayList<>();

    @SeededTest(runs = 3)
    void records(Random random) {
      DRAWN.add(random.nextLong());
    }
  }

  static class Assuming {
    @SeededTest(runs = 4)
    void assumes(Random random) {
      Assumptions.assumeTrue(random == null, "never");
    }
  }
}
