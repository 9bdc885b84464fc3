package io.varve.engine;

import io.varve.query.AggregateRow;
import io.varve.query.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some groups of a rollup, in the order of their keys. Immutable.
 *
 * @param rows of each group its keys, then its measures
 * @param next where the next page begins: behind these keys; null if there are no more groups
 */
public record RollupPage(List<AggregateRow> rows, @Nullable List<Value> next) {

  /** Copies the list. */
  public RollupPage {
    rows = List.copyOf(rows);
  }
}
