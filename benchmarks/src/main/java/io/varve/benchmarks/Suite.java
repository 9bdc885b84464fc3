package io.varve.benchmarks;

/**
 * Measurements that belong together, run by {@code bin/varve-bench NAME}. An implementation is a
 * picocli command: its annotation names and describes it, and it may have options of its own beside
 * those of {@link BenchOptions}. To add one, name it in {@link VarveBench#suites}.
 */
public interface Suite {

  /** Measures everything that the options of {@code bench} ask for. */
  void run(Bench bench) throws Exception;
}
