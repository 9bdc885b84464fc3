package io.varve.benchmarks;

import io.varve.benchmarks.encoding.EncodingSample;
import io.varve.benchmarks.encoding.EncodingsBenchmark;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;

/**
 * The inner loops of the engine and its encodings, measured by JMH in a JVM of their own for each
 * implementation of the loops.
 */
@Command(
    name = "kernels",
    description = "The inner loops and the encodings over one block, scalar and vector.")
final class KernelsSuite implements Suite {

  /** ALP must take no more cycles of the processor for a value. */
  private static final double ALP_CYCLES = 2;

  /** What the names of loops begin with, in all of their classes. */
  private static final String LOOPS =
      Pattern.quote(KernelsSuite.class.getPackageName() + ".") + "(Query|Key)?KernelsBenchmark\\.";

  private static final Map<String, Operation> OPERATIONS = new LinkedHashMap<>();

  static {
    operation("unpack", "unpack 20 bits", 0);
    operation("sumPacked", "unpack and sum 20 bits", 3.5e9);
    operation("sum", "sum, least and greatest of int64", 0);
    operation("selectCodes", "13-bit codes equal to one, to a bitmap", 3e9);
    operation("selectCodesIn", "13-bit codes that are one of four, to a bitmap", 0);
    operation("selectIn", "int64 that are one of four, to a bitmap", 0);
    operation("addUp", "copy differences and add them up", 0);
    operation("selectRange", "int64 in a range, to a bitmap", 0);
    operation("selectDoubles", "doubles in a range, to a bitmap", 0);
    operation("sumSelected", "sum of packed values under a bitmap, half of them", 0);
    operation("unpackCodes", "unpack 13-bit codes", 0);
    operation("selectInts", "codes that aren't packed in a range, to a bitmap", 0);
    operation("selectByTable", "codes that aren't packed by a table, to a bitmap", 0);
    operation("selectPairs", "integers of 128 bits in a range, to a bitmap", 0);
    operation("selectPairsIn", "integers of 128 bits that are one of four, to a bitmap", 0);
    operation("selectDoublesIn", "doubles that are one of four, to a bitmap", 0);
    operation("combineBitmaps", "and, or, and not, not of bitmaps", 0);
    operation("summarizeSelected", "sum, least and greatest of int64 under a bitmap", 0);
    operation("addToGroups", "sums of 1,200 groups in 64 bits", 0);
    operation("addToGroupsWide", "sums of 1,200 groups in 128 bits", 0);
    operation("addDoubles", "sum of doubles", 0);
    operation("addDoublesSelected", "sum of doubles under a bitmap, half of them", 0);
    operation("countGroups", "count rows of 1,200 groups", 0);
    operation("countGroupsSelected", "count rows of 1,200 groups under a bitmap", 0);
    operation("packKeys", "join keys of three words", 0);
    operation("findRecent", "groups of recent keys, all of which are", 0);
    operation("findKeys1k", "groups of keys in a table of 1,000", 0);
    operation("findKeys64k", "groups of keys in a table of 64,000", 0);
    operation("findKeys1M", "groups of keys in a table of 1,000,000", 0);
    operation("decodeDecimals", "decode doubles of decimals", 0);
  }

  private static Operation decoding(EncodingSample sample, double clock) {
    Operation operation =
        Operation.of(
            "decode-" + name(sample),
            "decode " + sample.encodings() + ": " + sample.description(),
            Unit.VALUES_PER_SECOND);
    return sample == EncodingSample.ALP ? operation.withTarget(clock / ALP_CYCLES) : operation;
  }

  private static Operation encoding(EncodingSample sample) {
    return Operation.of(
        "encode-" + name(sample),
        "encode " + sample.description() + " as " + sample.encodings(),
        Unit.VALUES_PER_SECOND);
  }

  private static String name(EncodingSample sample) {
    return sample.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void operation(String name, String description, double target) {
    Operation operation = Operation.of(name, description, Unit.VALUES_PER_SECOND);
    OPERATIONS.put(name, target == 0 ? operation : operation.withTarget(target));
  }

  @Override
  public void run(Bench bench) throws Exception {
    double clock = 0;
    for (RunResult result : measure(bench, "scalar", LOOPS + "clock$")) {
      clock = Measurement.median(rates(result, KernelsBenchmark.CLOCK_CYCLES));
    }
    bench.progress("a clock of %.2f GHz", clock / 1e9);
    for (String kernels : List.of("scalar", "vector")) {
      run(bench, kernels, clock);
    }
  }

  private static void run(Bench bench, String kernels, double clock) throws Exception {
    String loops =
        OPERATIONS.entrySet().stream()
            .filter(entry -> bench.options().wants(entry.getValue()))
            .map(Map.Entry::getKey)
            .collect(Collectors.joining("|"));
    if (!loops.isEmpty()) {
      for (RunResult result : measure(bench, kernels, LOOPS + "(" + loops + ")$")) {
        Operation operation = Objects.requireNonNull(OPERATIONS.get(name(result)));
        bench.record(kernels, operation, rates(result, KernelsBenchmark.VALUES), "");
      }
    }
    for (EncodingSample sample : EncodingSample.values()) {
      record(bench, kernels, "decode", decoding(sample, clock), sample);
      record(bench, kernels, "encode", encoding(sample), sample);
    }
  }

  private static void record(
      Bench bench, String kernels, String method, Operation operation, EncodingSample sample)
      throws Exception {
    if (!bench.options().wants(operation)) {
      return;
    }
    String pattern = Pattern.quote(EncodingsBenchmark.class.getName() + "." + method) + "$";
    for (RunResult result : measure(bench, kernels, pattern, sample)) {
      bench.record(kernels, operation, rates(result, sample.rows()), "");
    }
  }

  private static Collection<RunResult> measure(
      Bench bench, String kernels, String pattern, EncodingSample... samples)
      throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(pattern)
            .forks(1)
            .warmupIterations(3)
            .warmupTime(TimeValue.milliseconds(700))
            .measurementIterations(bench.options().runs())
            .measurementTime(TimeValue.milliseconds(500))
            .jvmArgsPrepend("--add-modules", "jdk.incubator.vector", "-Dvarve.simd=" + kernels)
            .verbosity(VerboseMode.SILENT);
    for (EncodingSample sample : samples) {
      options = options.param("sample", sample.name());
    }
    return new Runner(options.build()).run();
  }

  private static String name(RunResult result) {
    String name = result.getParams().getBenchmark();
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** Returns the rate of each iteration, whose calls do something so many times. */
  private static List<Double> rates(RunResult result, int times) {
    List<Double> rates = new ArrayList<>();
    for (BenchmarkResult fork : result.getBenchmarkResults()) {
      fork.getIterationResults()
          .forEach(iteration -> rates.add(iteration.getPrimaryResult().getScore() * times));
    }
    return rates;
  }
}
