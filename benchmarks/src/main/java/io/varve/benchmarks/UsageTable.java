package io.varve.benchmarks;

import io.varve.column.RowSink;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;

/** The columns of {@link UsageEvents} as a table of Varve, and how a row gets into it. */
public final class UsageTable {

  /** Names of the counters, in order. */
  public static final String[] COUNTERS = {
    "input_tokens", "output_tokens", "cached_tokens", "image_tokens", "tool_calls"
  };

  private static final int ID = 0;
  private static final int TIME = 1;
  private static final int COST = 2;
  private static final int FIRST_COUNTER = 3;
  private static final int LATENCY = FIRST_COUNTER + COUNTERS.length;
  private static final int FIRST_TOKEN = LATENCY + 1;
  private static final int STATUS = LATENCY + 2;
  private static final int FLAGS = LATENCY + 3;
  private static final int FIRST_DIMENSION = LATENCY + 4;

  private UsageTable() {}

  /** Returns the definition: ids found by value, user and key by blocks, status counted. */
  public static TableDefinition definition() {
    return builder().build();
  }

  /** Starts the same definition, to add to it. */
  public static TableDefinition.Builder builder() {
    return TableDefinition.builder(schema())
        .idColumn("id")
        .bloomColumns("user", "api_key")
        .tallyColumns("status");
  }

  private static Schema schema() {
    Schema.Builder schema =
        Schema.builder()
            .requiredColumn("id", DataType.string())
            .timeColumn("ts", DataType.timestampLtz(9))
            .requiredColumn("cost", DataType.int64());
    for (String counter : COUNTERS) {
      schema.requiredColumn(counter, DataType.int64());
    }
    schema
        .requiredColumn("latency_ms", DataType.int32())
        .requiredColumn("first_token_ms", DataType.int32())
        .requiredColumn("status", DataType.int32())
        .requiredColumn("flags", DataType.int32());
    for (UsageEvents.Dimension dimension : UsageEvents.Dimension.values()) {
      schema.requiredColumn(dimension.column(), DataType.string());
    }
    return schema
        .requiredColumn("session", DataType.string())
        .requiredColumn("payload", DataType.string())
        .build();
  }

  /** Sets the columns of a row and leaves {@link RowSink#endRow} to the caller. */
  public static void set(UsageBatch batch, int row, RowSink out) {
    out.setBytes(ID, batch.idBytes(row));
    out.setLong(TIME, batch.timeNanos(row));
    out.setLong(COST, batch.cost(row));
    for (int i = 0; i < COUNTERS.length; i++) {
      out.setLong(FIRST_COUNTER + i, batch.counter(i, row));
    }
    out.setLong(LATENCY, batch.latencyMillis(row));
    out.setLong(FIRST_TOKEN, batch.firstTokenMillis(row));
    out.setLong(STATUS, batch.status(row));
    out.setLong(FLAGS, batch.flags(row));
    int column = FIRST_DIMENSION;
    for (UsageEvents.Dimension dimension : UsageEvents.Dimension.values()) {
      out.setString(column++, batch.dimension(dimension, row));
    }
    out.setString(column++, batch.session(row));
    out.setBytes(column, batch.payloadBytes(row));
  }
}
