package io.varve.query;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How many rows of a source have each of the few values of a column, and none. Immutable. */
final class CountedValues {

  private static final int MAX_VALUES = BlockSource.MAX_BLOCK_ROWS - 1; // and null

  private final Column distinct;
  private final int[] counts;
  private final int nulls;

  private CountedValues(Column distinct, int[] counts, int nulls) {
    this.distinct = distinct;
    this.counts = counts;
    this.nulls = nulls;
  }

  /** Returns what a source says of a column; null if it counted nothing, or too many values. */
  static @Nullable CountedValues of(BlockSource source, int fieldId) throws IOException {
    int[] counts = source.countsPerCode(fieldId);
    Column distinct = counts == null ? null : source.distinctValues(fieldId);
    if (counts == null || distinct == null || counts.length > MAX_VALUES) {
      return null;
    }
    long rows = new WholeSource(source).rowCount();
    long nulls = rows - Arrays.stream(counts).asLongStream().sum();
    return new CountedValues(distinct, counts, Math.toIntExact(nulls));
  }

  /** Sets the words of all values, and of null if there are any; returns how many there are. */
  int read(KeyReader key, long[][] words) {
    int count = counts.length;
    int[] indexes = new int[count];
    Arrays.setAll(indexes, i -> i);
    key.read(distinct, indexes, count, words, 0);
    if (nulls > 0) {
      key.readNull(words, count);
      count++;
    }
    return count;
  }

  /** Returns the rows of the n-th value that was read. */
  int rows(int n) {
    return n < counts.length ? counts[n] : nulls;
  }
}
