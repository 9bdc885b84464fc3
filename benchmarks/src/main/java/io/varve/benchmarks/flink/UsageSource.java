package io.varve.benchmarks.flink;

import io.varve.benchmarks.UsageBatch;
import io.varve.benchmarks.UsageEvents;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Makes a row for each number. The numbers are cut into as many ranges as there are subtasks, and
 * each range has the whole thirty days, so the rows are the same whichever subtask makes them.
 */
final class UsageSource extends RichMapFunction<Long, UsageRow> {

  private static final long serialVersionUID = 1L;
  private static final int BATCH_ROWS = 1024;
  private static final long SEED = 42;

  private final long rowsOfRange;
  private transient Map<Long, Range> ranges = new HashMap<>();

  private UsageSource(long rowsOfRange) {
    this.rowsOfRange = rowsOfRange;
  }

  /** Returns the rows of the workload, a multiple of the parallelism. */
  static DataStream<UsageRow> rows(StreamExecutionEnvironment env, long rows) {
    int ranges = env.getParallelism();
    if (rows % ranges != 0) {
      throw new IllegalArgumentException(rows + " rows can't be shared by " + ranges + " subtasks");
    }
    return env.fromSequence(0, rows - 1)
        .map(new UsageSource(rows / ranges))
        .returns(UsageRow.class);
  }

  @Override
  public void open(OpenContext context) {
    ranges = new HashMap<>();
  }

  @Override
  public UsageRow map(Long number) {
    long range = number / rowsOfRange;
    return ranges
        .computeIfAbsent(range, index -> new Range(rowsOfRange, SEED + index))
        .next(number % rowsOfRange);
  }

  /** The rows of one range in order. */
  private static final class Range {

    private final UsageEvents events;
    private final UsageBatch batch = new UsageBatch(BATCH_ROWS);
    private long made;

    Range(long rows, long seed) {
      events = new UsageEvents(rows, seed);
    }

    UsageRow next(long number) {
      if (number != made) {
        throw new IllegalStateException("row " + number + " came when " + made + " was due");
      }
      int at = (int) (made % BATCH_ROWS);
      if (at == 0) {
        events.next(batch);
      }
      made++;
      return new UsageRow(batch, at);
    }
  }
}
