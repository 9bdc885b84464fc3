package io.varve.query;

import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes filters as text that {@link FilterParser} reads back as the same filter. */
public final class FilterFormatter {

  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern PLAIN_NUMBER = Pattern.compile("-?[0-9]+\\.[0-9]+");
  private static final Set<String> RESERVED =
      Set.of(
          "AND",
          "OR",
          "NOT",
          "IN",
          "BETWEEN",
          "LIKE",
          "ESCAPE",
          "IS",
          "NULL",
          "TRUE",
          "FALSE",
          "STARTS_WITH",
          "DATE",
          "TIME",
          "TIMESTAMP",
          "TIMESTAMP_LTZ",
          "DECIMAL",
          "DOUBLE");

  private FilterFormatter() {}

  /** Returns a filter as text. */
  public static String format(Filter filter) {
    StringBuilder out = new StringBuilder();
    write(filter, out);
    return out.toString();
  }

  private static void write(Filter filter, StringBuilder out) {
    if (filter instanceof Filter.And and) {
      writeAll(and.filters(), "AND", "TRUE", out);
    } else if (filter instanceof Filter.Or or) {
      writeAll(or.filters(), "OR", "NOT TRUE", out);
    } else if (filter instanceof Filter.Not not) {
      writeNot(not.filter(), out);
    } else {
      leaf(filter, out);
    }
  }

  private static void writeAll(List<Filter> parts, String word, String none, StringBuilder out) {
    if (parts.isEmpty()) {
      out.append(none);
      return;
    }
    for (int i = 0; i < parts.size(); i++) {
      out.append(i == 0 ? "" : " " + word + " ");
      boolean group = parts.get(i) instanceof Filter.And || parts.get(i) instanceof Filter.Or;
      out.append(group ? "(" : "");
      write(parts.get(i), out);
      out.append(group ? ")" : "");
    }
  }

  private static void writeNot(Filter negated, StringBuilder out) {
    if (negated instanceof Filter.IsNull isNull) {
      out.append(name(isNull.column())).append(" IS NOT NULL");
      return;
    }
    boolean group = negated instanceof Filter.And || negated instanceof Filter.Or;
    out.append(group ? "NOT (" : "NOT ");
    write(negated, out);
    out.append(group ? ")" : "");
  }

  private static void leaf(Filter filter, StringBuilder out) {
    if (filter instanceof Filter.All) {
      out.append("TRUE");
    } else if (filter instanceof Filter.IsNull isNull) {
      out.append(name(isNull.column())).append(" IS NULL");
    } else if (filter instanceof Filter.Comparison comparison) {
      out.append(name(comparison.column())).append(' ').append(sign(comparison.operator()));
      out.append(' ').append(format(comparison.literal()));
    } else if (filter instanceof Filter.In in) {
      writeIn(in, out);
    } else if (filter instanceof Filter.StartsWith startsWith) {
      out.append("STARTS_WITH(").append(name(startsWith.column())).append(", ");
      out.append(format(startsWith.prefix())).append(')');
    }
  }

  private static void writeIn(Filter.In in, StringBuilder out) {
    String column = name(in.column());
    out.append(column).append(" IN (");
    out.append(
        in.literals().stream().map(FilterFormatter::format).collect(Collectors.joining(", ")));
    out.append(')');
  }

  private static String name(String column) {
    boolean plain =
        PLAIN_NAME.matcher(column).matches() && !RESERVED.contains(column.toUpperCase(Locale.ROOT));
    return plain ? column : '"' + column.replace("\"", "\"\"") + '"';
  }

  private static String sign(Filter.Operator operator) {
    return switch (operator) {
      case EQ -> "=";
      case NE -> "<>";
      case LT -> "<";
      case LE -> "<=";
      case GT -> ">";
      case GE -> ">=";
    };
  }

  private static String format(Literal literal) {
    if (literal instanceof Literal.OfLong integer) {
      return Long.toString(integer.value());
    }
    if (literal instanceof Literal.OfText text) {
      return quote(text.value());
    }
    if (literal instanceof Literal.OfBoolean truth) {
      return truth.value() ? "TRUE" : "FALSE";
    }
    if (literal instanceof Literal.OfBytes bytes) {
      return "X'" + HexFormat.of().formatHex(bytes.value()) + "'";
    }
    if (literal instanceof Literal.OfDouble floating) {
      return "DOUBLE '" + floating.value() + "'";
    }
    if (literal instanceof Literal.OfDecimal decimal) {
      String digits = decimal.value().toString();
      return PLAIN_NUMBER.matcher(digits).matches() ? digits : "DECIMAL '" + digits + "'";
    }
    if (literal instanceof Literal.OfInstant instant) {
      return "TIMESTAMP_LTZ '" + instant.value().atOffset(ZoneOffset.UTC).toLocalDateTime() + "Z'";
    }
    if (literal instanceof Literal.OfDateTime dateTime) {
      return "TIMESTAMP '" + dateTime.value() + "'";
    }
    if (literal instanceof Literal.OfDate date) {
      return "DATE '" + date.value() + "'";
    }
    return "TIME '" + ((Literal.OfTime) literal).value() + "'";
  }

  private static String quote(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
