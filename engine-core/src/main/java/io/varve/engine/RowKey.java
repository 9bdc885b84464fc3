package io.varve.engine;

import java.util.Comparator;

/**
 * The place of an event among all events of a log: by time, and events of equal time in the order
 * in which they were appended. Unique. Immutable.
 *
 * @param time in nanoseconds since 1970-01-01T00:00:00
 * @param writer the opening of the log that appended it
 * @param sequence its place among all events of that opening
 */
public record RowKey(long time, long writer, long sequence) implements Comparable<RowKey> {

  private static final Comparator<RowKey> ORDER =
      Comparator.comparingLong(RowKey::time)
          .thenComparingLong(RowKey::writer)
          .thenComparingLong(RowKey::sequence);

  @Override
  public int compareTo(RowKey other) {
    return ORDER.compare(this, other);
  }
}
