package io.varve.benchmarks;

import io.varve.benchmarks.UsageEvents.Dimension;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Some rows of {@link UsageEvents}, column by column, in memory that is used again. Gives each
 * value as subjects take it: bytes, text or numbers. Confined to one thread.
 */
public final class UsageBatch {

  /** Letters of an id. */
  public static final int ID_LENGTH = 26;

  private static final int SESSION_LENGTH = 13;
  private static final int MAX_PAYLOAD = 160;

  private final int capacity;
  private final long[] times;
  private final long[] costs;
  private final long[][] counters = new long[UsageTable.COUNTERS.length][];
  private final int[] latencies;
  private final int[] firstTokens;
  private final int[] statuses;
  private final int[] flags;
  private final int[][] dimensions = new int[Dimension.values().length][];
  private final byte[] ids;
  private final byte[] sessions;
  private final byte[] payloads;
  private final int[] payloadStarts;
  private int size;

  /** Creates an empty batch. */
  public UsageBatch(int capacity) {
    this.capacity = capacity;
    times = new long[capacity];
    costs = new long[capacity];
    Arrays.setAll(counters, i -> new long[capacity]);
    latencies = new int[capacity];
    firstTokens = new int[capacity];
    statuses = new int[capacity];
    flags = new int[capacity];
    Arrays.setAll(dimensions, i -> new int[capacity]);
    ids = new byte[capacity * ID_LENGTH];
    sessions = new byte[capacity * SESSION_LENGTH];
    payloads = new byte[capacity * MAX_PAYLOAD];
    payloadStarts = new int[capacity + 1];
  }

  /** Returns how many rows there is room for. */
  public int capacity() {
    return capacity;
  }

  /** Returns the number of rows. */
  public int size() {
    return size;
  }

  /** Returns the time of a row, in nanoseconds since 1970. */
  public long timeNanos(int row) {
    return times[row];
  }

  /** Returns the cost of a row. */
  public long cost(int row) {
    return costs[row];
  }

  /** Returns one of the counters of a row, in the order of {@link UsageTable#COUNTERS}. */
  public long counter(int index, int row) {
    return counters[index][row];
  }

  /** Returns how long the answer took. */
  public int latencyMillis(int row) {
    return latencies[row];
  }

  /** Returns how long the first word of the answer took. */
  public int firstTokenMillis(int row) {
    return firstTokens[row];
  }

  /** Returns the status: mostly 200. */
  public int status(int row) {
    return statuses[row];
  }

  /** Returns three flags as bits. */
  public int flags(int row) {
    return flags[row];
  }

  /** Returns the index of the value of a dimension. */
  public int code(Dimension dimension, int row) {
    return dimensions[dimension.ordinal()][row];
  }

  /** Returns the value of a dimension, the same object for the same value. */
  public String dimension(Dimension dimension, int row) {
    return dimension.value(code(dimension, row));
  }

  /** Returns the id of a row as new text. */
  public String id(int row) {
    return new String(ids, row * ID_LENGTH, ID_LENGTH, StandardCharsets.ISO_8859_1);
  }

  /** Returns the id of a row as new bytes. */
  public byte[] idBytes(int row) {
    return Arrays.copyOfRange(ids, row * ID_LENGTH, (row + 1) * ID_LENGTH);
  }

  /** Returns the session of a row as new text. */
  public String session(int row) {
    return new String(sessions, row * SESSION_LENGTH, SESSION_LENGTH, StandardCharsets.ISO_8859_1);
  }

  /** Returns the payload of a row as new text. */
  public String payload(int row) {
    int start = payloadStarts[row];
    return new String(payloads, start, payloadStarts[row + 1] - start, StandardCharsets.ISO_8859_1);
  }

  /** Returns the payload of a row as new bytes. */
  public byte[] payloadBytes(int row) {
    return Arrays.copyOfRange(payloads, payloadStarts[row], payloadStarts[row + 1]);
  }

  /** Gives all values of a row in the order of the columns of {@link UsageTable}. */
  public <E extends Exception> void visit(int row, UsageValues<E> values) throws E {
    values.text(id(row));
    values.number(times[row]);
    values.number(costs[row]);
    for (long[] counter : counters) {
      values.number(counter[row]);
    }
    values.number(latencies[row]);
    values.number(firstTokens[row]);
    values.number(statuses[row]);
    values.number(flags[row]);
    for (Dimension dimension : Dimension.values()) {
      values.text(dimension(dimension, row));
    }
    values.text(session(row));
    values.text(payload(row));
  }

  void clear() {
    size = 0;
  }

  /** Adds a row, of which everything else must be set before the next. */
  int begin(long timeNanos) {
    times[size] = timeNanos;
    return size++;
  }

  void setId(int row, long millis, long upper, long lower) {
    int at = row * ID_LENGTH;
    Text.base32(millis, 10, ids, at);
    Text.base32(upper, 8, ids, at + 10);
    Text.base32(lower, 8, ids, at + 18);
  }

  void setSession(int row, long session) {
    Text.base32(session, SESSION_LENGTH, sessions, row * SESSION_LENGTH);
  }

  void setDimension(Dimension dimension, int code) {
    dimensions[dimension.ordinal()][size - 1] = code;
  }

  void setCost(long cost) {
    costs[size - 1] = cost;
  }

  void setCounters(long... values) {
    for (int i = 0; i < values.length; i++) {
      counters[i][size - 1] = values[i];
    }
  }

  void setLatency(int latencyMillis, int firstTokenMillis) {
    latencies[size - 1] = latencyMillis;
    firstTokens[size - 1] = firstTokenMillis;
  }

  void setStatus(int status) {
    statuses[size - 1] = status;
  }

  void setFlags(int bits) {
    flags[size - 1] = bits;
  }

  /** Makes room for the payload of the row added last and returns where it begins. */
  int beginPayload(int row, int length) {
    payloadStarts[row + 1] = payloadStarts[row] + length;
    return payloadStarts[row];
  }

  byte[] payload() {
    return payloads;
  }
}
