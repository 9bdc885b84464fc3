package io.varve.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;

/** The inner loops of the engine, measured by JMH in a JVM of their own for each implementation. */
@Command(name = "kernels", description = "The inner loops over one block, scalar and vector.")
final class KernelsSuite implements Suite {

  private static final Map<String, Operation> OPERATIONS = new LinkedHashMap<>();

  static {
    operation("unpack", "unpack 20 bits", 0);
    operation("sumPacked", "unpack and sum 20 bits", 3.5e9);
    operation("sum", "sum, least and greatest of int64", 0);
    operation("selectCodes", "13-bit codes equal to one, to a bitmap", 3e9);
    operation("selectRange", "int64 in a range, to a bitmap", 0);
    operation("selectDoubles", "doubles in a range, to a bitmap", 0);
    operation("sumSelected", "sum of packed values under a bitmap, half of them", 0);
    operation("decodeDecimals", "decode doubles of decimals", 0);
  }

  private static void operation(String name, String description, double target) {
    Operation operation = Operation.of(name, description, Unit.VALUES_PER_SECOND);
    OPERATIONS.put(name, target == 0 ? operation : operation.withTarget(target));
  }

  @Override
  public void run(Bench bench) throws Exception {
    for (String kernels : List.of("scalar", "vector")) {
      run(bench, kernels);
    }
  }

  private static void run(Bench bench, String kernels) throws Exception {
    Options options =
        new OptionsBuilder()
            .include(KernelsBenchmark.class.getName())
            .forks(1)
            .warmupIterations(3)
            .warmupTime(TimeValue.milliseconds(700))
            .measurementIterations(bench.options().runs())
            .measurementTime(TimeValue.milliseconds(500))
            .jvmArgsPrepend("--add-modules", "jdk.incubator.vector", "-Dvarve.simd=" + kernels)
            .verbosity(VerboseMode.SILENT)
            .build();
    Collection<RunResult> results = new Runner(options).run();
    for (Map.Entry<String, Operation> entry : OPERATIONS.entrySet()) {
      for (RunResult result : results) {
        if (result.getParams().getBenchmark().endsWith("." + entry.getKey())) {
          record(bench, kernels, entry.getValue(), result);
        }
      }
    }
  }

  private static void record(Bench bench, String kernels, Operation operation, RunResult result) {
    List<Double> rates = new ArrayList<>();
    for (BenchmarkResult fork : result.getBenchmarkResults()) {
      fork.getIterationResults()
          .forEach(
              iteration -> {
                double callsPerSecond = iteration.getPrimaryResult().getScore();
                rates.add(callsPerSecond * KernelsBenchmark.VALUES);
              });
    }
    bench.record(kernels, operation, rates, "");
  }
}
