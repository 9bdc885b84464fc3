package io.varve.engine;

import io.varve.query.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

  /**
   * Returns the exact sum of a numeric column, {@link Value#NULL} if no event has a value.
   *
   * @throws IllegalArgumentException if there is no such numeric column
   */
  public Value sum(String column) {
    return require(sums.get(column), column, sums);
  }

  /**
   * Returns how many events have each value of a tally column.
   *
   * @throws IllegalArgumentException if there is no such tally column
   */
  public Map<Value, Long> tally(String column) {
    return require(tallies.get(column), column, tallies);
  }

  private static <T> T require(@Nullable T found, String column, Map<String, T> all) {
    if (found == null) {
      throw new IllegalArgumentException("no column '" + column + "'; there are " + all.keySet());
    }
    return found;
  }
}
