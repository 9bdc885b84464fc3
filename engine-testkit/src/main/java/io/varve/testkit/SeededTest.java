package io.varve.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test of a property over many seeds: the method takes one {@link java.util.Random}.
 *
 * <pre>{@code
 * @SeededTest(runs = 500)
 * void roundTrips(Random random) { … }
 * }</pre>
 *
 * <p>Each run is a test of its own, with a new instance and its own {@code @BeforeEach}. The seeds
 * are a function of class, method and run number, so a build is repeatable. The first failing run
 * is the last one, and its error names the seed and how to run it again.
 *
 * <p>Two system properties change the runs: {@value #SEED_PROPERTY} (decimal, or hexadecimal after
 * {@code 0x}) runs exactly that seed, {@value #RUNS_PROPERTY} multiplies {@link #runs()}.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(SeededTestExtension.class)
public @interface SeededTest {

  /** Name of the system property that runs one seed only. */
  String SEED_PROPERTY = "varve.seed";

  /** Name of the system property that multiplies the number of runs. */
  String RUNS_PROPERTY = "varve.runs";

  /** Returns the number of runs, at least 1, before it is multiplied. */
  int runs() default 100;
}
