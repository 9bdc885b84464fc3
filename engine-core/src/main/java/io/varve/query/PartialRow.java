package io.varve.query;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What is known of one group from some of its rows. Partial rows of equal keys are merged until one
 * is left, which {@link BoundAggregation#finish(PartialRow)} turns into a result. Immutable.
 *
 * @param keys the values of the group keys in their order; a time bucket by its first nanosecond
 * @param measures the states of the measures in their order
 */
public record PartialRow(List<Value> keys, List<MeasureState> measures) {

  /** The order of keys, first to last, in which results are shown. */
  public static final Comparator<List<Value>> KEY_ORDER = PartialRow::compareKeys;

  /** Copies the lists. */
  public PartialRow {
    keys = List.copyOf(keys);
    measures = List.copyOf(measures);
  }

  /**
   * Returns what is known from the rows of both.
   *
   * @throws IllegalArgumentException if keys or kinds of measures differ
   */
  public PartialRow merge(PartialRow other) {
    if (!keys.equals(other.keys) || measures.size() != other.measures.size()) {
      throw new IllegalArgumentException("can't merge group " + keys + " with " + other.keys);
    }
    List<MeasureState> merged = new ArrayList<>(measures.size());
    for (int i = 0; i < measures.size(); i++) {
      merged.add(measures.get(i).merge(other.measures.get(i)));
    }
    return new PartialRow(keys, merged);
  }

  private static int compareKeys(List<Value> left, List<Value> right) {
    int common = Math.min(left.size(), right.size());
    for (int i = 0; i < common; i++) {
      int order = left.get(i).compareTo(right.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(left.size(), right.size());
  }
}
