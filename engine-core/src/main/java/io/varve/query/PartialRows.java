package io.varve.query;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * Partial rows of one aggregation, one for each group, in the order of {@link
 * PartialRow#KEY_ORDER}. Immutable.
 *
 * @param rows with distinct keys in order
 */
public record PartialRows(List<PartialRow> rows) {

  /** No rows. */
  public static final PartialRows EMPTY = new PartialRows(List.of());

  /** Checks the order. */
  public PartialRows {
    rows = List.copyOf(rows);
    for (int i = 1; i < rows.size(); i++) {
      if (PartialRow.KEY_ORDER.compare(rows.get(i - 1).keys(), rows.get(i).keys()) >= 0) {
        throw new IllegalArgumentException("groups out of order at " + rows.get(i).keys());
      }
    }
  }

  /** Returns some partial rows, those of equal keys merged. */
  public static PartialRows of(Collection<PartialRow> parts) {
    TreeMap<List<Value>, PartialRow> merged = new TreeMap<>(PartialRow.KEY_ORDER);
    for (PartialRow part : parts) {
      merged.merge(part.keys(), part, PartialRow::merge);
    }
    return new PartialRows(List.copyOf(merged.values()));
  }

  /** Returns what is known from the rows of both. */
  public PartialRows merge(PartialRows other) {
    List<PartialRow> parts = new ArrayList<>(rows);
    parts.addAll(other.rows);
    return of(parts);
  }
}
