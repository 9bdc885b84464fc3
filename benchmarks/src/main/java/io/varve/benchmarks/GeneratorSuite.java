package io.varve.benchmarks;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** How fast the workload itself is made: it must never be what is measured. */
@Command(name = "generator", description = "How fast the rows of the workload are generated.")
final class GeneratorSuite implements Suite {

  private static final Operation GENERATE =
      Operation.of("G", "generate all rows, column by column", Unit.ROWS_PER_SECOND)
          .withTarget(3_000_000);

  @Override
  public void run(Bench bench) {
    long rows = bench.options().rows();
    UsageBatch batch = new UsageBatch(8192);
    List<Double> rates = new ArrayList<>();
    long sum = 0;
    for (int run = 0; run < bench.options().runs(); run++) {
      UsageEvents events = new UsageEvents(rows, bench.options().seed());
      Stopwatch watch = Stopwatch.start();
      sum = 0;
      while (events.next(batch)) {
        sum += batch.cost(0) + batch.payload()[0];
      }
      watch.stop();
      rates.add(rows * 1e9 / watch.nanos());
    }
    bench.record("generator", GENERATE, rates, String.valueOf(sum));
  }
}
