package io.varve.query;

import java.io.Serializable;
import java.util.Locale;

/**
 * What is computed for each group. Immutable.
 *
 * @param function what to compute
 * @param column over the values of this column that are not null; empty for the number of rows
 * @param filter over only those rows of the group for which it is true
 */
public record Measure(Function function, String column, Filter filter) implements Serializable {

  /** Checks that all but the number of rows name a column. */
  public Measure {
    if ((function == Function.COUNT_ROWS) != column.isEmpty()) {
      throw new IllegalArgumentException(function + " of column '" + column + "'");
    }
  }

  /** Returns {@code COUNT(*)}. */
  public static Measure countRows() {
    return new Measure(Function.COUNT_ROWS, "", Filter.all());
  }

  /** Returns {@code COUNT(column)}. */
  public static Measure count(String column) {
    return new Measure(Function.COUNT, column, Filter.all());
  }

  /** Returns {@code SUM(column)}, null if there is no value. */
  public static Measure sum(String column) {
    return new Measure(Function.SUM, column, Filter.all());
  }

  /** Returns {@code MIN(column)}, null if there is no value. */
  public static Measure min(String column) {
    return new Measure(Function.MIN, column, Filter.all());
  }

  /** Returns {@code MAX(column)}, null if there is no value. */
  public static Measure max(String column) {
    return new Measure(Function.MAX, column, Filter.all());
  }

  /** Returns {@code AVG(column)}, null if there is no value. */
  public static Measure avg(String column) {
    return new Measure(Function.AVG, column, Filter.all());
  }

  /** Returns this measure over only the rows for which a filter is true. */
  public Measure where(Filter condition) {
    return new Measure(function, column, condition);
  }

  @Override
  public String toString() {
    String of = function == Function.COUNT_ROWS ? "count(*)" : function + "(" + column + ")";
    return filter instanceof Filter.All ? of : of + " filter (" + filter + ")";
  }

  /** What a measure computes. The numbers are in serialized plans and never change. */
  public enum Function {
    /** The number of rows. */
    COUNT_ROWS(1),
    /** The number of values. */
    COUNT(2),
    /** The sum of values. */
    SUM(3),
    /** The least value. */
    MIN(4),
    /** The greatest value. */
    MAX(5),
    /** The mean of values: a sum and a count until it is finished. */
    AVG(6);

    private final int number;

    Function(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
