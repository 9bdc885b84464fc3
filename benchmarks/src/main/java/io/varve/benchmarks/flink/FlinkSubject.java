package io.varve.benchmarks.flink;

import java.nio.file.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A sink and a source of usage events in jobs, as {@link SinkSuite} and {@link RollupSuite} measure
 * them. Found by {@link java.util.ServiceLoader} in the JVM of the job. Confined to one thread.
 */
public interface FlinkSubject {

  /** Returns a short name, for the table and {@code --peers}. */
  String name();

  /** Returns what it was asked to do, and why that is fair: durability, files, compression. */
  String about();

  /** Adds a sink into the table of a directory, which does not exist yet. */
  void write(DataStream<UsageRow> rows, Path directory) throws Exception;

  /** Returns how many rows the table shows. */
  long rows(Path directory) throws Exception;

  /** Returns whether rows are in a file, given its path below the directory. */
  boolean isDataFile(Path file);

  /**
   * Adds a rollup of the table and hands every group to {@link GroupsSink}.
   *
   * @param env in batch mode
   */
  void rollUp(StreamExecutionEnvironment env, UsageRollup rollup, Path directory) throws Exception;
}
