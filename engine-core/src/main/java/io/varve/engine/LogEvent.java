package io.varve.engine;

import io.varve.column.RowSink;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An event of the preset columns: what services log about a request. Its builder sets columns by
 * name and type; what is not set is null. Immutable.
 *
 * <p>Columns: {@code id}, {@code ts}, {@code metric}, {@code counter_1} to {@code counter_5},
 * {@code latency_ms}, {@code first_byte_ms}, {@code status}, {@code flags}, the dimensions {@code
 * user}, {@code api_key}, {@code model}, {@code endpoint}, {@code region}, the labels {@code
 * label_1} to {@code label_3}, and {@code payload}.
 */
public final class LogEvent implements Event {

  /** How many counters there are. */
  public static final int COUNTERS = 5;

  /** How many labels there are. */
  public static final int LABELS = 3;

  /** The preset columns and what they are for. */
  public static final TableDefinition DEFINITION = definition();

  private static final int ID = 0;
  private static final int TIME = 1;
  private static final int FIRST_NUMBER = 2;
  private static final int NUMBERS = 1 + COUNTERS + 4;
  private static final int FIRST_TEXT = FIRST_NUMBER + NUMBERS;
  private static final int DIMENSIONS = 5;
  private static final int TEXTS = DIMENSIONS + LABELS;
  private static final int PAYLOAD = FIRST_TEXT + TEXTS;

  private final String id;
  private final long timeNanos;
  private final long[] numbers;
  private final int numbersSet;
  private final @Nullable String[] texts;
  private final byte @Nullable [] payload;

  private LogEvent(Builder builder) {
    this.id = builder.id;
    this.timeNanos = builder.timeNanos;
    this.numbers = builder.numbers.clone();
    this.numbersSet = builder.numbersSet;
    this.texts = builder.texts.clone();
    this.payload = builder.payload;
  }

  private static TableDefinition definition() {
    Schema.Builder schema =
        Schema.builder()
            .requiredColumn("id", DataType.string())
            .timeColumn("ts", DataType.timestampLtz(9))
            .column("metric", DataType.int64());
    for (int i = 1; i <= COUNTERS; i++) {
      schema.column("counter_" + i, DataType.int64());
    }
    schema
        .column("latency_ms", DataType.int32())
        .column("first_byte_ms", DataType.int32())
        .column("status", DataType.int32())
        .column("flags", DataType.int32());
    for (String dimension : new String[] {"user", "api_key", "model", "endpoint", "region"}) {
      schema.column(dimension, DataType.string());
    }
    for (int i = 1; i <= LABELS; i++) {
      schema.column("label_" + i, DataType.string());
    }
    schema.column("payload", DataType.bytes());
    return TableDefinition.builder(schema.build())
        .idColumn("id")
        .bloomColumns("user", "api_key")
        .tallyColumns("status")
        .projection(DailyRollup.projection())
        .build();
  }

  /**
   * Starts an event.
   *
   * @param id unique among all events
   * @param timeNanos the event time in nanoseconds since 1970-01-01T00:00:00Z
   */
  public static Builder builder(String id, long timeNanos) {
    return new Builder(id, timeNanos);
  }

  /** Starts an event. */
  public static Builder builder(String id, Instant time) {
    long nanos =
        Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
    return new Builder(id, nanos);
  }

  /** Returns the unique id. */
  public String id() {
    return id;
  }

  /** Returns the event time in nanoseconds since 1970-01-01T00:00:00Z. */
  public long timeNanos() {
    return timeNanos;
  }

  @Override
  public void writeTo(RowSink row) {
    row.setString(ID, id);
    row.setLong(TIME, timeNanos);
    for (int i = 0; i < NUMBERS; i++) {
      if ((numbersSet & 1 << i) != 0) {
        row.setLong(FIRST_NUMBER + i, numbers[i]);
      }
    }
    for (int i = 0; i < TEXTS; i++) {
      String text = texts[i];
      if (text != null) {
        row.setString(FIRST_TEXT + i, text);
      }
    }
    if (payload != null) {
      row.setBytes(PAYLOAD, payload);
    }
  }

  @Override
  public String toString() {
    return "LogEvent " + id + " at " + timeNanos + " " + Arrays.toString(texts);
  }

  /** Sets columns. Confined to one thread; may be built from more than once. */
  public static final class Builder {

    private final long[] numbers = new long[NUMBERS];
    private final @Nullable String[] texts = new String[TEXTS];
    private String id;
    private long timeNanos;
    private int numbersSet;
    private byte @Nullable [] payload;

    private Builder(String id, long timeNanos) {
      this.id = id;
      this.timeNanos = timeNanos;
    }

    /** Goes on with another event that has the same values so far. */
    public Builder next(String newId, long newTimeNanos) {
      id = newId;
      timeNanos = newTimeNanos;
      return this;
    }

    private Builder number(int index, long value) {
      numbers[index] = value;
      numbersSet |= 1 << index;
      return this;
    }

    private Builder text(int index, String value) {
      texts[index] = value;
      return this;
    }

    /** Sets the number that the event is about, such as a price or a size. */
    public Builder metric(long value) {
      return number(0, value);
    }

    /**
     * Sets a counter.
     *
     * @param index 1 to {@value LogEvent#COUNTERS}
     */
    public Builder counter(int index, long value) {
      return number(java.util.Objects.checkIndex(index - 1, COUNTERS) + 1, value);
    }

    /** Sets how long the request took. */
    public Builder latencyMillis(int value) {
      return number(COUNTERS + 1, value);
    }

    /** Sets how long the first byte of the answer took. */
    public Builder firstByteMillis(int value) {
      return number(COUNTERS + 2, value);
    }

    /** Sets the status, such as 200 or 404. */
    public Builder status(int value) {
      return number(COUNTERS + 3, value);
    }

    /** Sets bits of one's own meaning. */
    public Builder flags(int value) {
      return number(COUNTERS + 4, value);
    }

    /** Sets who it was. */
    public Builder user(String value) {
      return text(0, value);
    }

    /** Sets the key that was used. */
    public Builder apiKey(String value) {
      return text(1, value);
    }

    /** Sets the model that was asked. */
    public Builder model(String value) {
      return text(2, value);
    }

    /** Sets what was called. */
    public Builder endpoint(String value) {
      return text(3, value);
    }

    /** Sets where it ran. */
    public Builder region(String value) {
      return text(4, value);
    }

    /**
     * Sets a label.
     *
     * @param index 1 to {@value LogEvent#LABELS}
     */
    public Builder label(int index, String value) {
      return text(DIMENSIONS + java.util.Objects.checkIndex(index - 1, LABELS), value);
    }

    /** Sets what else there is to say; the array is not copied and must not be changed. */
    public Builder payload(byte[] value) {
      payload = value;
      return this;
    }

    /** Returns the event. */
    public LogEvent build() {
      return new LogEvent(this);
    }
  }
}
