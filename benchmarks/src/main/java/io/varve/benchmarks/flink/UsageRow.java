package io.varve.benchmarks.flink;

import io.varve.benchmarks.UsageBatch;
import io.varve.benchmarks.UsageEvents.Dimension;
import io.varve.benchmarks.UsageTable;
import io.varve.column.RowSink;

/** One usage event as an object of its own, as jobs pass them on. Not changed once it is made. */
public final class UsageRow {

  private static final int NUMBERS = 10;

  private final long timeNanos;
  private final long[] numbers = new long[NUMBERS];
  private final String[] texts = new String[Dimension.values().length + 3];

  /** Copies a row of a batch; texts that are unique are made anew. */
  UsageRow(UsageBatch batch, int row) {
    timeNanos = batch.timeNanos(row);
    int at = 0;
    numbers[at++] = batch.cost(row);
    for (int i = 0; i < UsageTable.COUNTERS.length; i++) {
      numbers[at++] = batch.counter(i, row);
    }
    numbers[at++] = batch.latencyMillis(row);
    numbers[at++] = batch.firstTokenMillis(row);
    numbers[at++] = batch.status(row);
    numbers[at] = batch.flags(row);
    int text = 0;
    texts[text++] = batch.id(row);
    for (Dimension dimension : Dimension.values()) {
      texts[text++] = batch.dimension(dimension, row);
    }
    texts[text++] = batch.session(row);
    texts[text] = batch.payload(row);
  }

  /** Returns the time, in nanoseconds since 1970. */
  public long timeNanos() {
    return timeNanos;
  }

  /**
   * Returns cost, counters, latencies, status and flags in the order of the columns; not to be
   * changed.
   */
  public long[] numbers() {
    return numbers;
  }

  /** Returns id, dimensions, session and payload in the order of the columns; not to be changed. */
  public String[] texts() {
    return texts;
  }

  /** Sets the columns of {@link UsageTable}. */
  void set(RowSink out) {
    int column = 0;
    out.setString(column++, texts[0]);
    out.setLong(column++, timeNanos);
    for (long number : numbers) {
      out.setLong(column++, number);
    }
    for (int i = 1; i < texts.length; i++) {
      out.setString(column++, texts[i]);
    }
  }
}
