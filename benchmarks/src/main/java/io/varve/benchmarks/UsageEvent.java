package io.varve.benchmarks;

import io.varve.column.RowSink;
import io.varve.engine.Event;

/**
 * One event of the workload as an object, as a service would have it.
 *
 * @param id unique
 * @param timeNanos since 1970
 * @param numbers cost, counters, latencies, status and flags in the order of the columns
 * @param texts dimensions and session in the order of the columns
 * @param payload the rest
 */
@SuppressWarnings("ArrayRecordComponent") // made once, never compared
record UsageEvent(String id, long timeNanos, long[] numbers, String[] texts, byte[] payload)
    implements Event {

  private static final int FIRST_NUMBER = 2;

  static UsageEvent of(UsageBatch batch, int row) {
    int counters = UsageTable.COUNTERS.length;
    long[] numbers = new long[counters + 5];
    numbers[0] = batch.cost(row);
    for (int i = 0; i < counters; i++) {
      numbers[1 + i] = batch.counter(i, row);
    }
    numbers[counters + 1] = batch.latencyMillis(row);
    numbers[counters + 2] = batch.firstTokenMillis(row);
    numbers[counters + 3] = batch.status(row);
    numbers[counters + 4] = batch.flags(row);
    UsageEvents.Dimension[] dimensions = UsageEvents.Dimension.values();
    String[] texts = new String[dimensions.length + 1];
    for (int i = 0; i < dimensions.length; i++) {
      texts[i] = batch.dimension(dimensions[i], row);
    }
    texts[dimensions.length] = batch.session(row);
    return new UsageEvent(
        batch.id(row), batch.timeNanos(row), numbers, texts, batch.payloadBytes(row));
  }

  String user() {
    return texts[UsageEvents.Dimension.USER.ordinal()];
  }

  @Override
  public void writeTo(RowSink row) {
    row.setString(0, id);
    row.setLong(1, timeNanos);
    int column = FIRST_NUMBER;
    for (long number : numbers) {
      row.setLong(column++, number);
    }
    for (String text : texts) {
      row.setString(column++, text);
    }
    row.setBytes(column, payload);
  }
}
