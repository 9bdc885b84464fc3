package io.varve.query;

import java.io.Serializable;
import java.util.Locale;

/** What rows are grouped by. Immutable. */
public sealed interface GroupKey extends Serializable {

  /** Groups by the values of a column; nulls are a group, NaNs are one, 0.0 and -0.0 are one. */
  static GroupKey column(String column) {
    return new OfColumn(column);
  }

  /** Groups by spans of the time column. */
  static GroupKey bucket(TimeBucket bucket) {
    return new OfTime(bucket);
  }

  /** Returns what the key is called in results. */
  String name();

  /** A column. */
  record OfColumn(String name) implements GroupKey {}

  /** Spans of the time column. */
  record OfTime(TimeBucket bucket) implements GroupKey {

    @Override
    public String name() {
      return bucket.name().toLowerCase(Locale.ROOT);
    }
  }
}
