package io.varve.query;

import io.varve.column.Int128;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.schema.TypeKind;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Turns a filter into tests of columns: negations are moved down to the tests, where a test and its
 * opposite are both not true for a null. De Morgan's laws hold for three values, so that is exact.
 */
final class FilterBinder {

  /** The deepest nesting of a filter. */
  static final int MAX_DEPTH = 500;

  private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);
  private static final BigInteger MIN_PAIR = BigInteger.ONE.shiftLeft(127).negate();
  private static final BigInteger MAX_PAIR = BigInteger.ONE.shiftLeft(127).subtract(BigInteger.ONE);

  private final Schema schema;

  FilterBinder(Schema schema) {
    this.schema = schema;
  }

  FilterNode bind(Filter filter) {
    return bind(filter, false, 0);
  }

  private FilterNode bind(Filter filter, boolean negated, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException("a filter is nested more than " + MAX_DEPTH + " deep");
    }
    if (filter instanceof Filter.All) {
      return new FilterNode.Constant(!negated);
    }
    if (filter instanceof Filter.Not not) {
      return bind(not.filter(), !negated, depth + 1);
    }
    if (filter instanceof Filter.And and) {
      return bindAll(and.filters(), !negated, negated, depth);
    }
    if (filter instanceof Filter.Or or) {
      return bindAll(or.filters(), negated, negated, depth);
    }
    if (filter instanceof Filter.IsNull isNull) {
      int index = schema.indexOf(isNull.column());
      return new FilterNode.Leaf(new NullTest(schema.field(index).id(), !negated));
    }
    if (filter instanceof Filter.Comparison comparison) {
      return new FilterNode.Leaf(compare(comparison, negated));
    }
    if (filter instanceof Filter.In in) {
      return new FilterNode.Leaf(in(in, negated));
    }
    return new FilterNode.Leaf(startsWith((Filter.StartsWith) filter, negated));
  }

  private FilterNode bindAll(List<Filter> filters, boolean every, boolean negated, int depth) {
    List<FilterNode> parts = new ArrayList<>();
    boolean decided = false;
    for (Filter filter : filters) {
      // Bind all of them even if one decides, so that a wrong column never hides.
      FilterNode part = bind(filter, negated, depth + 1);
      if (part instanceof FilterNode.Constant constant) {
        decided |= constant.value() != every;
      } else {
        add(part, every, parts);
      }
    }
    if (decided) {
      return new FilterNode.Constant(!every);
    }
    return FilterNode.of(parts, every);
  }

  /** Adds a part, or puts it together with the one before: two bounds become a range. */
  private static void add(FilterNode part, boolean every, List<FilterNode> parts) {
    int last = parts.size() - 1;
    if (every
        && last >= 0
        && part instanceof FilterNode.Leaf leaf
        && parts.get(last) instanceof FilterNode.Leaf before) {
      ColumnTest both = before.test().and(leaf.test());
      if (both != null) {
        parts.set(last, new FilterNode.Leaf(both));
        return;
      }
    }
    parts.add(part);
  }

  private ColumnTest compare(Filter.Comparison comparison, boolean negated) {
    int index = schema.indexOf(comparison.column());
    Field field = schema.field(index);
    Filter.Operator operator = comparison.operator();
    Literal literal = comparison.literal();
    boolean opposite = negated != (operator == Filter.Operator.NE);
    return switch (schema.storage(index)) {
      case LONG -> {
        StoredNumber.Range range =
            StoredNumber.of(schema, index, literal).range(operator, MIN_LONG, MAX_LONG);
        long first = range.first().longValueExact();
        yield new LongTest.Range(field.id(), opposite, first, range.last().longValueExact());
      }
      case PAIR -> {
        StoredNumber.Range range =
            StoredNumber.of(schema, index, literal).range(operator, MIN_PAIR, MAX_PAIR);
        Int128 first = Int128.of(range.first());
        yield new PairTest.Range(field.id(), opposite, first, Int128.of(range.last()));
      }
      case DOUBLE -> doubleRange(field.id(), opposite, operator, number(field, literal));
      case BINARY -> binaryRange(field.id(), opposite, operator, bytes(field, literal));
    };
  }

  private static ColumnTest doubleRange(
      int fieldId, boolean negated, Filter.Operator operator, double value) {
    double first = Double.NEGATIVE_INFINITY;
    double last = Double.POSITIVE_INFINITY;
    boolean none = Double.isNaN(value);
    switch (operator) {
      case EQ, NE -> {
        first = value;
        last = value;
      }
      case LT -> {
        none |= value == Double.NEGATIVE_INFINITY;
        last = Math.nextDown(value);
      }
      case LE -> last = value;
      case GT -> {
        none |= value == Double.POSITIVE_INFINITY;
        first = Math.nextUp(value);
      }
      case GE -> first = value;
    }
    return none
        ? new DoubleTest.Range(fieldId, negated, 1, 0)
        : new DoubleTest.Range(fieldId, negated, first, last);
  }

  private static ColumnTest binaryRange(
      int fieldId, boolean negated, Filter.Operator operator, byte[] value) {
    return switch (operator) {
      case EQ, NE -> new BinaryTest.Range(fieldId, negated, value, value, true);
      case LT -> new BinaryTest.Range(fieldId, negated, null, value, false);
      case LE -> new BinaryTest.Range(fieldId, negated, null, value, true);
      // The least value after some bytes is the same bytes and a zero.
      case GT -> {
        byte[] next = Arrays.copyOf(value, value.length + 1);
        yield new BinaryTest.Range(fieldId, negated, next, null, true);
      }
      case GE -> new BinaryTest.Range(fieldId, negated, value, null, true);
    };
  }

  private ColumnTest in(Filter.In in, boolean negated) {
    int index = schema.indexOf(in.column());
    Field field = schema.field(index);
    return switch (schema.storage(index)) {
      case LONG ->
          new LongTest.In(
              field.id(),
              negated,
              integers(index, in, MIN_LONG, MAX_LONG).stream()
                  .mapToLong(BigInteger::longValueExact)
                  .toArray());
      case PAIR ->
          new PairTest.In(
              field.id(),
              negated,
              integers(index, in, MIN_PAIR, MAX_PAIR).stream()
                  .map(Int128::of)
                  .toArray(Int128[]::new));
      case DOUBLE ->
          new DoubleTest.In(
              field.id(),
              negated,
              in.literals().stream()
                  .mapToDouble(literal -> number(field, literal) + 0.0)
                  .filter(value -> !Double.isNaN(value))
                  .sorted()
                  .toArray());
      case BINARY ->
          new BinaryTest.In(
              field.id(),
              negated,
              in.literals().stream()
                  .map(literal -> bytes(field, literal))
                  .sorted(Arrays::compareUnsigned)
                  .toArray(byte[][]::new));
    };
  }

  /** Returns the literals that a value of the column can equal at all, sorted. */
  private List<BigInteger> integers(int index, Filter.In in, BigInteger least, BigInteger most) {
    List<BigInteger> found = new ArrayList<>();
    for (Literal literal : in.literals()) {
      BigInteger exact = StoredNumber.of(schema, index, literal).exact();
      if (exact != null && exact.compareTo(least) >= 0 && exact.compareTo(most) <= 0) {
        found.add(exact);
      }
    }
    found.sort(null);
    return found;
  }

  private ColumnTest startsWith(Filter.StartsWith filter, boolean negated) {
    int index = schema.indexOf(filter.column());
    Field field = schema.field(index);
    TypeKind kind = field.type().kind();
    if (kind != TypeKind.STRING && kind != TypeKind.BYTES) {
      throw new IllegalArgumentException(
          "column '" + field.name() + "' (" + field.type() + ") has no prefix: it is not text");
    }
    byte[] prefix = bytes(field, filter.prefix());
    int length = prefix.length;
    while (length > 0 && prefix[length - 1] == (byte) 0xff) {
      length--;
    }
    if (length == 0) {
      return new BinaryTest.Range(field.id(), negated, prefix, null, true);
    }
    byte[] beyond = Arrays.copyOf(prefix, length);
    beyond[length - 1]++;
    return new BinaryTest.Range(field.id(), negated, prefix, beyond, false);
  }

  private static double number(Field field, Literal literal) {
    if (literal instanceof Literal.OfDouble floating) {
      return floating.value();
    }
    if (literal instanceof Literal.OfLong integer) {
      return (double) integer.value();
    }
    if (literal instanceof Literal.OfDecimal decimal) {
      return decimal.value().doubleValue();
    }
    throw StoredNumber.refuse(field, literal, "a number");
  }

  private static byte[] bytes(Field field, Literal literal) {
    if (literal instanceof Literal.OfBytes bytes) {
      return bytes.value();
    }
    if (field.type().kind() == TypeKind.STRING && literal instanceof Literal.OfText text) {
      return text.value().getBytes(StandardCharsets.UTF_8);
    }
    throw StoredNumber.refuse(
        field, literal, field.type().kind() == TypeKind.STRING ? "text" : "bytes");
  }
}
