package io.varve.testkit;

import io.varve.query.Filter;
import io.varve.query.Literal;
import io.varve.schema.Schema;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Filters evaluated row by row over plain Java values, with null for unknown. */
public final class PlainFilter {

  private final Schema schema;

  /** Evaluates filters over rows of a schema. */
  public PlainFilter(Schema schema) {
    this.schema = schema;
  }

  /** Returns whether a row meets a filter. */
  public boolean isTrue(Filter filter, @Nullable Object[] row) {
    return Boolean.TRUE.equals(evaluate(filter, row));
  }

  private @Nullable Boolean evaluate(Filter filter, @Nullable Object[] row) {
    if (filter instanceof Filter.All) {
      return true;
    }
    if (filter instanceof Filter.Not not) {
      Boolean inner = evaluate(not.filter(), row);
      return inner == null ? null : !inner;
    }
    if (filter instanceof Filter.And and) {
      return combine(and.filters(), row, false);
    }
    if (filter instanceof Filter.Or or) {
      return combine(or.filters(), row, true);
    }
    if (filter instanceof Filter.IsNull isNull) {
      return row[schema.indexOf(isNull.column())] == null;
    }
    if (filter instanceof Filter.Comparison comparison) {
      Object value = row[schema.indexOf(comparison.column())];
      return value == null
          ? null
          : compare(value, comparison.operator(), constant(comparison.literal()));
    }
    if (filter instanceof Filter.In in) {
      Object value = row[schema.indexOf(in.column())];
      if (value == null) {
        return null;
      }
      return in.literals().stream()
          .anyMatch(literal -> compare(value, Filter.Operator.EQ, constant(literal)));
    }
    Filter.StartsWith startsWith = (Filter.StartsWith) filter;
    Object value = row[schema.indexOf(startsWith.column())];
    if (value == null) {
      return null;
    }
    byte[] bytes = bytes(value);
    byte[] prefix = bytes(constant(startsWith.prefix()));
    return bytes.length >= prefix.length
        && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
  }

  private @Nullable Boolean combine(
      List<Filter> filters, @Nullable Object[] row, boolean decisive) {
    boolean unknown = false;
    for (Filter filter : filters) {
      Boolean part = evaluate(filter, row);
      if (part == null) {
        unknown = true;
      } else if (part == decisive) {
        return decisive;
      }
    }
    return unknown ? null : !decisive;
  }

  private static Object constant(Literal literal) {
    if (literal instanceof Literal.OfLong value) {
      return value.value();
    } else if (literal instanceof Literal.OfDouble value) {
      return value.value();
    } else if (literal instanceof Literal.OfBoolean value) {
      return value.value();
    } else if (literal instanceof Literal.OfText value) {
      return value.value();
    } else if (literal instanceof Literal.OfBytes value) {
      return value.value();
    } else if (literal instanceof Literal.OfDecimal value) {
      return value.value();
    } else if (literal instanceof Literal.OfInstant value) {
      return value.value();
    } else if (literal instanceof Literal.OfDateTime value) {
      return value.value();
    } else if (literal instanceof Literal.OfDate value) {
      return value.value();
    }
    return ((Literal.OfTime) literal).value();
  }

  private static boolean compare(Object value, Filter.Operator operator, Object constant) {
    if (value instanceof Double left) {
      double right = ((Number) constant).doubleValue();
      return switch (operator) {
        case EQ -> left.doubleValue() == right;
        case NE -> left.doubleValue() != right;
        case LT -> left < right;
        case LE -> left <= right;
        case GT -> left > right;
        case GE -> left >= right;
      };
    }
    int order = order(value, constant);
    return switch (operator) {
      case EQ -> order == 0;
      case NE -> order != 0;
      case LT -> order < 0;
      case LE -> order <= 0;
      case GT -> order > 0;
      case GE -> order >= 0;
    };
  }

  @SuppressWarnings("unchecked")
  private static int order(Object value, Object constant) {
    if (value instanceof Long || value instanceof BigDecimal) {
      return exact(value).compareTo(exact(constant));
    }
    if (value instanceof String || value instanceof byte[]) {
      return Arrays.compareUnsigned(bytes(value), bytes(constant));
    }
    return ((Comparable<Object>) value).compareTo(constant);
  }

  private static BigDecimal exact(Object number) {
    if (number instanceof BigDecimal decimal) {
      return decimal;
    }
    return number instanceof Double floating
        ? new BigDecimal(floating)
        : BigDecimal.valueOf((Long) number);
  }

  private static byte[] bytes(Object value) {
    return value instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : (byte[]) value;
  }

  /** Returns a random filter on the columns of a table. */
  public static Filter random(RandomTable table, Random random, int depth) {
    if (depth > 0 && random.nextInt(2) == 0) {
      Filter left = random(table, random, depth - 1);
      Filter right = random(table, random, depth - 1);
      return switch (random.nextInt(4)) {
        case 0 -> Filter.not(left);
        case 1 -> Filter.or(left, right);
        case 2 -> Filter.and(left, right, random(table, random, 0));
        default -> Filter.and(left, right);
      };
    }
    int column = random.nextInt(table.schema().size());
    String name = table.schema().field(column).name();
    Object value = literal(table, random, column);
    return switch (random.nextInt(11)) {
      case 0 -> Filter.eq(name, value);
      case 1 -> Filter.ne(name, value);
      case 2 -> Filter.lt(name, value);
      case 3 -> Filter.le(name, value);
      case 4 -> Filter.gt(name, value);
      case 5 -> Filter.ge(name, value);
      case 6 -> Filter.in(name, List.of(value, literal(table, random, column)));
      case 7 -> Filter.between(name, value, literal(table, random, column));
      case 8 -> Filter.isNull(name);
      case 9 -> Filter.isNotNull(name);
      default ->
          value instanceof String || value instanceof byte[]
              ? Filter.startsWith(name, value)
              : Filter.all();
    };
  }

  /** Returns a stored value, or one like it, or a number between those that can be stored. */
  private static Object literal(RandomTable table, Random random, int column) {
    Object stored = table.rows().get(random.nextInt(table.rows().size()))[column];
    Object value = stored == null || random.nextInt(3) == 0 ? table.value(column) : stored;
    if (value instanceof Long integer && random.nextInt(4) == 0) {
      return integer + random.nextInt(5) * 0.5;
    }
    if (value instanceof BigDecimal decimal && random.nextInt(4) == 0) {
      return decimal.add(new BigDecimal("0.00003"));
    }
    return value;
  }
}
