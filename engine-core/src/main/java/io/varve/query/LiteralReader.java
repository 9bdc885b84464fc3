package io.varve.query;

import io.varve.query.FilterLexer.Kind;
import io.varve.query.FilterLexer.Token;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.schema.TypeKind;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes constants of tokens, in the type of the column that they are compared with where that is
 * known. Immutable.
 *
 * @param text the whole text, for messages
 * @param schema the columns, null if they are not known
 */
record LiteralReader(String text, @Nullable Schema schema) {

  private static final Set<String> TYPES =
      Set.of("DATE", "TIME", "TIMESTAMP", "TIMESTAMP_LTZ", "DECIMAL", "DOUBLE");

  static boolean isType(Token token) {
    return token.kind() == Kind.WORD && TYPES.contains(token.value().toUpperCase(Locale.ROOT));
  }

  /** Checks that the schema has a column. */
  void requireColumn(Token column) {
    Schema known = schema;
    if (known != null && known.find(column.value()).isEmpty()) {
      throw new FilterParseException(
          "no column is named '"
              + column.value()
              + "'"
              + NameHint.of(column.value(), known.names()),
          text,
          column.start());
    }
  }

  /** Checks that a column may stand alone as a condition. */
  void requireBoolean(Token column, Token next) {
    Field field = field(column);
    if (field != null && field.type().kind() != TypeKind.BOOLEAN) {
      throw new FilterParseException(
          "expected =, <>, <, <=, >, >=, IN, BETWEEN, LIKE or IS after column '"
              + field.name()
              + "', found "
              + next.described(),
          text,
          next.start());
    }
  }

  /** Checks that a column can be compared with a pattern. */
  void requireText(Token column, Token at) {
    Field field = field(column);
    if (field != null && field.type().kind() != TypeKind.STRING) {
      throw new FilterParseException(
          "LIKE is for text; column '" + field.name() + "' is " + field.type(), text, at.start());
    }
  }

  private @Nullable Field field(Token column) {
    Schema known = schema;
    if (known == null) {
      return null;
    }
    OptionalInt index = known.find(column.value());
    return index.isPresent() ? known.field(index.getAsInt()) : null;
  }

  /** Returns the constant of a token that names no type. */
  Literal of(Token column, Token token) {
    Literal literal =
        switch (token.kind()) {
          case TEXT -> text(column, token);
          case NUMBER -> number(token);
          case BYTES -> bytes(token);
          case WORD, QUOTED_NAME, SYMBOL, END -> Literal.of(token.isWord("TRUE"));
        };
    return checked(column, token, literal);
  }

  /** Returns the constant of a type and a text. */
  Literal ofType(Token column, Token type, Token value) {
    String name = type.value().toUpperCase(Locale.ROOT);
    Literal literal =
        switch (name) {
          case "DATE" -> date(value);
          case "TIME" -> time(value);
          case "TIMESTAMP" -> timestamp(value);
          case "TIMESTAMP_LTZ" -> instant(value);
          case "DECIMAL" -> decimal(value);
          default -> floating(value);
        };
    return checked(column, type, converted(column, literal));
  }

  /** A day compares with a timestamp as its midnight, a local time with a point in time as UTC. */
  private Literal converted(Token column, Literal literal) {
    Field field = field(column);
    boolean local = field != null && field.type().kind() == TypeKind.TIMESTAMP;
    boolean point = field != null && field.type().kind() == TypeKind.TIMESTAMP_LTZ;
    if (literal instanceof Literal.OfDate date && (local || point)) {
      LocalDateTime midnight = date.value().atStartOfDay();
      return local ? Literal.of(midnight) : Literal.of(midnight.toInstant(ZoneOffset.UTC));
    }
    return literal instanceof Literal.OfDateTime dateTime && point
        ? Literal.of(dateTime.value().toInstant(ZoneOffset.UTC))
        : literal;
  }

  private Literal text(Token column, Token token) {
    Field field = field(column);
    if (field == null) {
      return Literal.of(token.value());
    }
    return switch (field.type().kind()) {
      case DATE -> date(token);
      case TIME -> time(token);
      case TIMESTAMP -> timestamp(token);
      case TIMESTAMP_LTZ -> instant(token);
      case BOOLEAN, INT8, INT16, INT32, INT64, FLOAT, DOUBLE, DECIMAL, STRING, BYTES ->
          Literal.of(token.value());
    };
  }

  private Literal number(Token token) {
    String digits = token.value();
    try {
      if (digits.indexOf('e') >= 0 || digits.indexOf('E') >= 0) {
        return Literal.of(Double.parseDouble(digits));
      }
      BigDecimal number = new BigDecimal(digits);
      boolean fits = number.scale() == 0 && number.unscaledValue().bitLength() < Long.SIZE;
      return fits ? Literal.of(number.longValueExact()) : Literal.of(number);
    } catch (IllegalArgumentException wrong) {
      throw refused("this is no number", token);
    }
  }

  private Literal bytes(Token token) {
    try {
      return Literal.of(HexFormat.of().parseHex(token.value()));
    } catch (IllegalArgumentException wrong) {
      throw refused("X'…' takes pairs of hexadecimal digits", token);
    }
  }

  private Literal decimal(Token token) {
    try {
      return Literal.of(new BigDecimal(token.value()));
    } catch (IllegalArgumentException wrong) {
      throw refused("this is no decimal number", token);
    }
  }

  private Literal floating(Token token) {
    try {
      return Literal.of(Double.parseDouble(token.value()));
    } catch (NumberFormatException wrong) {
      throw refused("this is no floating-point number", token);
    }
  }

  private Literal date(Token token) {
    try {
      return Literal.of(LocalDate.parse(token.value().strip()));
    } catch (DateTimeException wrong) {
      throw refused("expected a date such as '2024-02-29'", token);
    }
  }

  private Literal time(Token token) {
    try {
      return Literal.of(LocalTime.parse(token.value().strip()));
    } catch (DateTimeException wrong) {
      throw refused("expected a time of day such as '23:59:59.5'", token);
    }
  }

  private Literal timestamp(Token token) {
    String value = token.value().strip();
    try {
      return Literal.of(
          value.length() == 10
              ? LocalDate.parse(value).atStartOfDay()
              : LocalDateTime.parse(value.replace(' ', 'T')));
    } catch (DateTimeException wrong) {
      throw refused("expected a time such as '2024-02-29 23:59:59.5' or a date", token);
    }
  }

  private Literal instant(Token token) {
    String value = token.value().strip().replace(' ', 'T');
    try {
      Instant point;
      if (value.length() == 10) {
        point = LocalDate.parse(value).atStartOfDay().toInstant(ZoneOffset.UTC);
      } else if (hasZone(value)) {
        point = OffsetDateTime.parse(value).toInstant();
      } else {
        point = LocalDateTime.parse(value).toInstant(ZoneOffset.UTC);
      }
      return Literal.of(point);
    } catch (DateTimeException wrong) {
      throw refused(
          "expected a point in time such as '2024-02-29 23:59:59.5Z' or '…+01:00', or a date",
          token);
    }
  }

  private static boolean hasZone(String value) {
    int time = value.indexOf('T');
    return time >= 0
        && (value.endsWith("Z") || value.indexOf('+', time) > 0 || value.indexOf('-', time) > 0);
  }

  /** Checks that the column can be compared with a constant, while its place is known. */
  private Literal checked(Token column, Token token, Literal literal) {
    Schema known = schema;
    if (known != null) {
      try {
        BoundFilter.of(Filter.in(column.value(), java.util.List.of(literal)), known);
      } catch (IllegalArgumentException wrong) {
        throw refused(String.valueOf(wrong.getMessage()), token);
      }
    }
    return literal;
  }

  private FilterParseException refused(String problem, Token token) {
    return new FilterParseException(problem, text, token.start());
  }
}
