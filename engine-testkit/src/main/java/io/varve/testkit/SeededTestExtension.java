package io.varve.testkit;

import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.opentest4j.TestAbortedException;

/** Runs a {@link SeededTest} once per seed until one fails. */
final class SeededTestExtension implements TestTemplateInvocationContextProvider {

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return context.getRequiredTestMethod().isAnnotationPresent(SeededTest.class);
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    SeededTest test = context.getRequiredTestMethod().getAnnotation(SeededTest.class);
    String name =
        context.getRequiredTestClass().getName() + "#" + context.getRequiredTestMethod().getName();
    AtomicBoolean failed = new AtomicBoolean();
    LongStream seeds =
        seeds(
            name,
            test.runs(),
            context.getConfigurationParameter(SeededTest.SEED_PROPERTY).orElse(null),
            context.getConfigurationParameter(SeededTest.RUNS_PROPERTY).orElse(null));
    return seeds.takeWhile(seed -> !failed.get()).mapToObj(seed -> new Run(seed, failed));
  }

  /** Returns the seeds to run; the properties are given as text, null where they are not set. */
  static LongStream seeds(
      String name, int runs, @Nullable String onlySeed, @Nullable String multiplier) {
    if (runs < 1) {
      throw new IllegalArgumentException(name + ": runs = " + runs + ", must be at least 1");
    }
    if (onlySeed != null && !onlySeed.isBlank()) {
      return LongStream.of(parseSeed(onlySeed.strip()));
    }
    long factor = multiplier == null || multiplier.isBlank() ? 1 : parseFactor(multiplier.strip());
    long start = name.hashCode();
    return LongStream.range(0, Math.multiplyExact(runs, factor)).map(run -> mix(start, run));
  }

  private static long parseSeed(String text) {
    try {
      return text.startsWith("0x")
          ? Long.parseUnsignedLong(text.substring(2), 16)
          : Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "-D" + SeededTest.SEED_PROPERTY + "=" + text + ": neither decimal nor 0x and hex", e);
    }
  }

  private static long parseFactor(String text) {
    long factor;
    try {
      factor = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "-D" + SeededTest.RUNS_PROPERTY + "=" + text + ": not an int", e);
    }
    if (factor < 1) {
      throw new IllegalArgumentException(
          "-D" + SeededTest.RUNS_PROPERTY + "=" + text + ": must be at least 1");
    }
    return factor;
  }

  /** SplitMix64's finisher: neighbouring runs get unrelated seeds. */
  private static long mix(long start, long run) {
    long z = (start << 32) + (run + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** One run: hands out the random, names the seed, and puts it into the error. */
  private record Run(long seed, AtomicBoolean failed)
      implements TestTemplateInvocationContext, ParameterResolver, TestExecutionExceptionHandler {

    @Override
    public String getDisplayName(int invocationIndex) {
      return "run " + invocationIndex + ", seed " + hex();
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(this);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Random.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return new Random(seed);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable error)
        throws Throwable {
      if (error instanceof TestAbortedException) {
        throw error;
      }
      failed.set(true);
      String again = "-D" + SeededTest.SEED_PROPERTY + "=" + hex();
      throw new AssertionError(
          "seed " + hex() + " (run it again with " + again + "): " + error, error);
    }

    private String hex() {
      return "0x" + Long.toHexString(seed);
    }
  }
}
