package io.varve.flink.table;

import io.varve.query.Measure;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.table.expressions.AggregateExpression;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;

/**
 * Translates SQL's aggregate functions into measures. They come as classes of the planner's own, of
 * another class loader, and are told apart by their names.
 */
final class AggregateTranslation {

  private static final String PACKAGE = "org.apache.flink.table.planner.functions.aggfunctions.";

  private static final Set<String> SUMS =
      Set.of("Byte", "Short", "Int", "Long", "Float", "Double", "Decimal");

  private static final Set<String> EXTREMES =
      Set.of(
          "Byte",
          "Short",
          "Int",
          "Long",
          "Float",
          "Double",
          "Decimal",
          "Boolean",
          "String",
          "Date",
          "Time",
          "Timestamp",
          "TimestampLtz");

  private AggregateTranslation() {}

  /**
   * A measure, and what the planner calls it.
   *
   * @param zeroIfEmpty whether the sum of nothing is zero, not null
   */
  record Pushed(Measure measure, boolean zeroIfEmpty) implements java.io.Serializable {}

  /**
   * Returns the measure that a function computes, empty if there is none.
   *
   * @param columns what the scan gives, by index
   */
  static Optional<Pushed> translate(AggregateExpression call, List<ScanColumn> columns) {
    boolean plain =
        !call.isDistinct()
            && !call.isApproximate()
            && !call.isIgnoreNulls()
            && call.getFilterExpression().isEmpty()
            && call.getArgs().size() <= 1;
    if (!plain) {
      return Optional.empty();
    }
    String function = name(call.getFunctionDefinition());
    if (call.getArgs().isEmpty()) {
      return function.equals("Count1AggFunction")
          ? Optional.of(new Pushed(Measure.countRows(), false))
          : Optional.empty();
    }
    ScanColumn column = columns.get(call.getArgs().get(0).getFieldIndex());
    if (function.equals("CountAggFunction")) {
      // The time of an event, and so its bucket, is never missing; nor is where it was read.
      return Optional.of(
          new Pushed(
              column.isStored() ? Measure.count(column.name()) : Measure.countRows(), false));
    }
    if (!column.isStored()) {
      return Optional.empty();
    }
    return ofValues(function, column);
  }

  private static Optional<Pushed> ofValues(String function, ScanColumn column) {
    LogicalType type = column.type();
    if (isOf(function, "Sum", SUMS) && type.is(LogicalTypeFamily.NUMERIC)) {
      return Optional.of(new Pushed(Measure.sum(column.name()), false));
    }
    if (isOf(function, "Sum0", SUMS) && type.is(LogicalTypeFamily.NUMERIC)) {
      return Optional.of(new Pushed(Measure.sum(column.name()), true));
    }
    if (isOf(function, "Min", EXTREMES)) {
      return Optional.of(new Pushed(Measure.min(column.name()), false));
    }
    if (isOf(function, "Max", EXTREMES)) {
      return Optional.of(new Pushed(Measure.max(column.name()), false));
    }
    return Optional.empty();
  }

  /** Returns whether a name is like {@code SumAggFunction$LongSumAggFunction}. */
  private static boolean isOf(String function, String kind, Set<String> types) {
    String outer = kind + "AggFunction$";
    String tail = kind + "AggFunction";
    return function.startsWith(outer)
        && function.endsWith(tail)
        && function.length() > outer.length() + tail.length() - 1
        && types.contains(function.substring(outer.length(), function.length() - tail.length()));
  }

  /** Returns whether a function is COUNT, of rows or of values. */
  static boolean isCount(FunctionDefinition function) {
    String name = name(function);
    return name.equals("Count1AggFunction") || name.equals("CountAggFunction");
  }

  private static String name(FunctionDefinition function) {
    String name = function.getClass().getName();
    return name.startsWith(PACKAGE) ? name.substring(PACKAGE.length()) : "";
  }
}
