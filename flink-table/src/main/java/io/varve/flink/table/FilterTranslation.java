package io.varve.flink.table;

import io.varve.query.Filter;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.table.expressions.CallExpression;
import org.apache.flink.table.expressions.FieldReferenceExpression;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.expressions.ValueLiteralExpression;
import org.apache.flink.table.functions.BuiltInFunctionDefinitions;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * Translates SQL's conditions into filters that mean the very same, null for null; what has no such
 * filter stays with the planner. Immutable.
 */
final class FilterTranslation {

  private static final Map<FunctionDefinition, Filter.Operator> OPERATORS =
      Map.of(
          BuiltInFunctionDefinitions.EQUALS, Filter.Operator.EQ,
          BuiltInFunctionDefinitions.NOT_EQUALS, Filter.Operator.NE,
          BuiltInFunctionDefinitions.LESS_THAN, Filter.Operator.LT,
          BuiltInFunctionDefinitions.LESS_THAN_OR_EQUAL, Filter.Operator.LE,
          BuiltInFunctionDefinitions.GREATER_THAN, Filter.Operator.GT,
          BuiltInFunctionDefinitions.GREATER_THAN_OR_EQUAL, Filter.Operator.GE);

  private final Map<String, ScanColumn> columns;
  private final BucketFilter buckets;

  /**
   * Creates a translation.
   *
   * @param columns by the names that conditions call them
   */
  FilterTranslation(Map<String, ScanColumn> columns, BucketFilter buckets) {
    this.columns = Map.copyOf(columns);
    this.buckets = buckets;
  }

  /** Returns the filter that means the same as a condition, empty if there is none. */
  Optional<Filter> translate(ResolvedExpression condition) {
    if (condition instanceof FieldReferenceExpression field) {
      return column(field)
          .filter(column -> column.type().getTypeRoot().name().equals("BOOLEAN"))
          .map(column -> Filter.eq(column.name(), true));
    }
    return condition instanceof CallExpression call ? translateCall(call) : Optional.empty();
  }

  private Optional<Filter> translateCall(CallExpression call) {
    FunctionDefinition function = call.getFunctionDefinition();
    List<ResolvedExpression> arguments = call.getResolvedChildren();
    Filter.Operator operator = OPERATORS.get(function);
    if (operator != null) {
      return comparison(operator, arguments.get(0), arguments.get(1));
    }
    if (function == BuiltInFunctionDefinitions.AND) {
      return all(arguments).map(Filter::and);
    }
    if (function == BuiltInFunctionDefinitions.OR) {
      return all(arguments).map(Filter::or);
    }
    if (function == BuiltInFunctionDefinitions.NOT) {
      return translate(arguments.get(0)).map(Filter::not);
    }
    if (function == BuiltInFunctionDefinitions.BETWEEN) {
      return between(arguments);
    }
    if (function == BuiltInFunctionDefinitions.NOT_BETWEEN) {
      return between(arguments).map(Filter::not);
    }
    if (function == BuiltInFunctionDefinitions.IN) {
      List<Optional<Filter>> equals = new ArrayList<>();
      for (ResolvedExpression value : arguments.subList(1, arguments.size())) {
        equals.add(comparison(Filter.Operator.EQ, arguments.get(0), value));
      }
      return present(equals).map(Filter::or);
    }
    if (function == BuiltInFunctionDefinitions.LIKE && arguments.size() == 2) {
      return like(arguments.get(0), arguments.get(1));
    }
    return nullOrTruth(function, arguments.get(0));
  }

  private Optional<Filter> nullOrTruth(FunctionDefinition function, ResolvedExpression argument) {
    Optional<ScanColumn> tested =
        argument instanceof FieldReferenceExpression field ? stored(field) : Optional.empty();
    if (function == BuiltInFunctionDefinitions.IS_NULL) {
      return tested.map(column -> Filter.isNull(column.name()));
    }
    if (function == BuiltInFunctionDefinitions.IS_NOT_NULL) {
      return tested.map(column -> Filter.isNotNull(column.name()));
    }
    boolean isTrue = function == BuiltInFunctionDefinitions.IS_TRUE;
    boolean isNotTrue = function == BuiltInFunctionDefinitions.IS_NOT_TRUE;
    boolean isFalse = function == BuiltInFunctionDefinitions.IS_FALSE;
    boolean isNotFalse = function == BuiltInFunctionDefinitions.IS_NOT_FALSE;
    if (!isTrue && !isNotTrue && !isFalse && !isNotFalse) {
      return Optional.empty();
    }
    return tested.map(
        column -> {
          Filter truth =
              Filter.and(
                  Filter.isNotNull(column.name()), Filter.eq(column.name(), isTrue || isNotTrue));
          return isTrue || isFalse ? truth : Filter.not(truth);
        });
  }

  private Optional<List<Filter>> all(List<ResolvedExpression> conditions) {
    return present(conditions.stream().map(this::translate).toList());
  }

  private static Optional<List<Filter>> present(List<Optional<Filter>> filters) {
    return filters.stream().allMatch(Optional::isPresent)
        ? Optional.of(filters.stream().map(Optional::get).toList())
        : Optional.empty();
  }

  private Optional<Filter> between(List<ResolvedExpression> arguments) {
    return present(
            List.of(
                comparison(Filter.Operator.GE, arguments.get(0), arguments.get(1)),
                comparison(Filter.Operator.LE, arguments.get(0), arguments.get(2))))
        .map(Filter::and);
  }

  private Optional<Filter> comparison(
      Filter.Operator operator, ResolvedExpression left, ResolvedExpression right) {
    if (left instanceof FieldReferenceExpression field
        && right instanceof ValueLiteralExpression literal) {
      return column(field).flatMap(column -> comparison(operator, column, literal));
    }
    if (left instanceof ValueLiteralExpression literal
        && right instanceof FieldReferenceExpression field) {
      return column(field).flatMap(column -> comparison(mirrored(operator), column, literal));
    }
    return Optional.empty();
  }

  private static Filter.Operator mirrored(Filter.Operator operator) {
    return switch (operator) {
      case EQ, NE -> operator;
      case LT -> Filter.Operator.GT;
      case LE -> Filter.Operator.GE;
      case GT -> Filter.Operator.LT;
      case GE -> Filter.Operator.LE;
    };
  }

  private Optional<Filter> comparison(
      Filter.Operator operator, ScanColumn column, ValueLiteralExpression literal) {
    Optional<?> value = value(column.type(), literal);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    BucketColumn bucket = column.bucket();
    return bucket == null
        ? Optional.of(comparison(operator, column.name(), value.get()))
        : buckets.translate(bucket, operator, value.get());
  }

  private static Filter comparison(Filter.Operator operator, String column, Object value) {
    return switch (operator) {
      case EQ -> Filter.eq(column, value);
      case NE -> Filter.ne(column, value);
      case LT -> Filter.lt(column, value);
      case LE -> Filter.le(column, value);
      case GT -> Filter.gt(column, value);
      case GE -> Filter.ge(column, value);
    };
  }

  /** Returns what a filter compares a column with; empty for a null and for what has no order. */
  private static Optional<?> value(LogicalType column, ValueLiteralExpression literal) {
    if (literal.isNull() || ColumnTypes.isOpaque(column)) {
      return Optional.empty();
    }
    return switch (column.getTypeRoot()) {
      case BOOLEAN -> literal.getValueAs(Boolean.class);
      case TINYINT, SMALLINT, INTEGER, BIGINT, DECIMAL -> number(literal);
      case FLOAT, DOUBLE -> floating(column, literal);
      case CHAR, VARCHAR -> literal.getValueAs(String.class);
      case BINARY, VARBINARY -> literal.getValueAs(byte[].class);
      case DATE -> literal.getValueAs(LocalDate.class);
      case TIME_WITHOUT_TIME_ZONE -> literal.getValueAs(LocalTime.class);
      case TIMESTAMP_WITHOUT_TIME_ZONE -> literal.getValueAs(LocalDateTime.class);
      case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> literal.getValueAs(Instant.class);
      default -> Optional.empty();
    };
  }

  private static Optional<?> number(ValueLiteralExpression literal) {
    return switch (literal.getOutputDataType().getLogicalType().getTypeRoot()) {
      case TINYINT, SMALLINT, INTEGER, BIGINT, DECIMAL -> literal.getValueAs(BigDecimal.class);
      default -> Optional.empty();
    };
  }

  /** A decimal is compared with a floating-point number after rounding, and so it is here. */
  private static Optional<?> floating(LogicalType column, ValueLiteralExpression literal) {
    boolean same =
        literal.getOutputDataType().getLogicalType().getTypeRoot() == column.getTypeRoot();
    if (!same) {
      return Optional.empty();
    }
    return column.getTypeRoot().name().equals("FLOAT")
        ? literal.getValueAs(Float.class)
        : literal.getValueAs(Double.class);
  }

  private Optional<Filter> like(ResolvedExpression text, ResolvedExpression pattern) {
    if (!(text instanceof FieldReferenceExpression field)
        || !(pattern instanceof ValueLiteralExpression literal)) {
      return Optional.empty();
    }
    Optional<ScanColumn> column =
        stored(field).filter(found -> found.type().getTypeRoot().name().endsWith("CHAR"));
    Optional<String> like = literal.getValueAs(String.class);
    if (column.isEmpty() || like.isEmpty()) {
      return Optional.empty();
    }
    String prefix = like.get().endsWith("%") ? chop(like.get()) : like.get();
    if (prefix.indexOf('%') >= 0 || prefix.indexOf('_') >= 0 || prefix.indexOf('\\') >= 0) {
      return Optional.empty();
    }
    String name = column.get().name();
    return Optional.of(
        like.get().equals(prefix) ? Filter.eq(name, prefix) : Filter.startsWith(name, prefix));
  }

  private static String chop(String text) {
    return text.substring(0, text.length() - 1);
  }

  private Optional<ScanColumn> column(FieldReferenceExpression field) {
    return Optional.ofNullable(columns.get(field.getName()));
  }

  private Optional<ScanColumn> stored(FieldReferenceExpression field) {
    return column(field).filter(ScanColumn::isStored);
  }
}
