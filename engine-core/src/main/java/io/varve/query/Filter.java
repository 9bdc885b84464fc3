package io.varve.query;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A condition on rows, with the three-valued logic of SQL: a comparison with a null is unknown, and
 * a row is selected only where the whole condition is true. Columns are named and checked when the
 * filter is bound to a schema ({@link BoundFilter#of}). Immutable.
 *
 * <p>What a column compares with:
 *
 * <ul>
 *   <li>integers and decimals: integers, decimal and floating-point numbers, by their exact value;
 *       a long is a number, never the unscaled value of a decimal;
 *   <li>FLOAT and DOUBLE: numbers, rounded to the nearest double. As in Java, 0.0 equals -0.0 and a
 *       NaN is neither less than, equal to nor greater than anything: {@code ne} alone holds;
 *   <li>BOOLEAN: booleans; false is less than true;
 *   <li>STRING: text or its UTF-8, ordered by its bytes; BYTES: bytes;
 *   <li>DATE: a LocalDate or a long in days; TIME: a LocalTime or a long in nanoseconds;
 *   <li>TIMESTAMP: a LocalDateTime; TIMESTAMP_LTZ: an Instant; both, where held as {@link
 *       io.varve.schema.Storage#LONG}, also a long as held: milliseconds, or nanoseconds in the
 *       time column.
 * </ul>
 */
public sealed interface Filter extends Serializable {

  /** Returns the filter that is true for every row. */
  static Filter all() {
    return new All();
  }

  /** Returns {@code column = value}. */
  static Filter eq(String column, Object value) {
    return new Comparison(column, Operator.EQ, Literal.of(value));
  }

  /** Returns {@code column <> value}. */
  static Filter ne(String column, Object value) {
    return new Comparison(column, Operator.NE, Literal.of(value));
  }

  /** Returns {@code column < value}. */
  static Filter lt(String column, Object value) {
    return new Comparison(column, Operator.LT, Literal.of(value));
  }

  /** Returns {@code column <= value}. */
  static Filter le(String column, Object value) {
    return new Comparison(column, Operator.LE, Literal.of(value));
  }

  /** Returns {@code column > value}. */
  static Filter gt(String column, Object value) {
    return new Comparison(column, Operator.GT, Literal.of(value));
  }

  /** Returns {@code column >= value}. */
  static Filter ge(String column, Object value) {
    return new Comparison(column, Operator.GE, Literal.of(value));
  }

  /** Returns {@code column BETWEEN first AND last}, both included. */
  static Filter between(String column, Object first, Object last) {
    return and(ge(column, first), le(column, last));
  }

  /** Returns {@code column IN (values)}; in no values is false where the column is not null. */
  static Filter in(String column, Collection<?> values) {
    List<Literal> literals = new ArrayList<>();
    for (Object value : values) {
      literals.add(Literal.of(value));
    }
    return new In(column, literals);
  }

  /** Returns {@code column IS NULL}. */
  static Filter isNull(String column) {
    return new IsNull(column);
  }

  /** Returns {@code column IS NOT NULL}. */
  static Filter isNotNull(String column) {
    return not(isNull(column));
  }

  /** Returns {@code column LIKE 'prefix%'}, the prefix taken as it is; for STRING and BYTES. */
  static Filter startsWith(String column, Object prefix) {
    return new StartsWith(column, Literal.of(prefix));
  }

  /** Returns the conjunction of conditions, true if there is none. */
  static Filter and(Filter... filters) {
    return new And(List.of(filters));
  }

  /** Returns the conjunction of conditions, true if there is none. */
  static Filter and(List<Filter> filters) {
    return new And(filters);
  }

  /** Returns the disjunction of conditions, false if there is none. */
  static Filter or(Filter... filters) {
    return new Or(List.of(filters));
  }

  /** Returns the disjunction of conditions, false if there is none. */
  static Filter or(List<Filter> filters) {
    return new Or(filters);
  }

  /** Returns the negation of a condition: unknown where the condition is. */
  static Filter not(Filter filter) {
    return new Not(filter);
  }

  /** How two values are compared. The numbers are in serialized filters and never change. */
  enum Operator {
    /** Equal. */
    EQ(1),
    /** Not equal. */
    NE(2),
    /** Less. */
    LT(3),
    /** Less or equal. */
    LE(4),
    /** Greater. */
    GT(5),
    /** Greater or equal. */
    GE(6);

    private final int number;

    Operator(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }
  }

  /** True. */
  record All() implements Filter {}

  /** A column compared with a constant. */
  record Comparison(String column, Operator operator, Literal literal) implements Filter {}

  /** A column that is one of some constants. */
  record In(String column, List<Literal> literals) implements Filter {

    /** Copies the list. */
    public In {
      literals = List.copyOf(literals);
    }
  }

  /** A column without value. */
  record IsNull(String column) implements Filter {}

  /** A column that begins with a constant. */
  record StartsWith(String column, Literal prefix) implements Filter {}

  /** All of some conditions. */
  record And(List<Filter> filters) implements Filter {

    /** Copies the list. */
    public And {
      filters = List.copyOf(filters);
    }
  }

  /** Any of some conditions. */
  record Or(List<Filter> filters) implements Filter {

    /** Copies the list. */
    public Or {
      filters = List.copyOf(filters);
    }
  }

  /** The opposite of a condition. */
  record Not(Filter filter) implements Filter {}
}
