package io.varve.engine;

import io.varve.query.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The totals of some events. Immutable.
 *
 * @param count how many there are
 * @param sums the exact sum of each numeric column by its name: integers and decimals as decimals,
 *     null where no event has a value
 * @param tallies for each tally column how many events have each of its values; null is a value
 */
public record AggregateResult(
    long count, Map<String, Value> sums, Map<String, Map<Value, Long>> tallies) {

  /** Copies the maps, in their order. */
  public AggregateResult {
    sums = Collections.unmodifiableMap(new LinkedHashMap<>(sums));
    Map<String, Map<Value, Long>> copied = new LinkedHashMap<>();
    tallies.forEach(
        (column, counts) ->
            copied.put(column, Collections.unmodifiableMap(new LinkedHashMap<>(counts))));
    tallies = Collections.unmodifiableMap(copied);
  }
}
