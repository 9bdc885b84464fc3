package io.varve.table;

import io.varve.query.Filter;
import io.varve.query.Literal;
import io.varve.schema.DataType;
import io.varve.schema.TableDefinition;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which partitions keep to which rule of {@link PartitionTtl}, told both by their directory and,
 * for rows that are yet to come, by a filter of the partition columns. A filter is never unknown,
 * also where a column is null, so that each row is of exactly one scope. Immutable.
 */
final class TtlScopes {

  /** The index of the scope of the partitions that meet no rule. */
  static final int OTHERS = -1;

  private final TableDefinition table;
  private final List<Scope> scopes;

  /** A rule, and the directories' parts that it asks for: null where it does not name a column. */
  private record Scope(PartitionTtl.Rule rule, List<@Nullable String> parts) {

    private boolean meets(List<@Nullable String> other) {
      for (int i = 0; i < parts.size(); i++) {
        String mine = parts.get(i);
        String others = other.get(i);
        if (mine != null && others != null && !mine.equals(others)) {
          return false;
        }
      }
      return true;
    }

    private int columns() {
      return rule.values().size();
    }
  }

  private TtlScopes(TableDefinition table, List<Scope> scopes) {
    this.table = table;
    this.scopes = List.copyOf(scopes);
  }

  /**
   * Returns the scopes of rules that are of the table's partition columns.
   *
   * @throws IllegalArgumentException if a value is not of its column's type, or two rules compete
   */
  static TtlScopes of(TableDefinition table, PartitionTtl ttl) {
    List<Scope> scopes = new ArrayList<>();
    for (PartitionTtl.Rule rule : ttl.rules()) {
      scopes.add(new Scope(rule, PartitionDirectories.parts(table, rule.values())));
    }
    scopes.sort(Comparator.comparingInt(Scope::columns).reversed());
    for (int i = 0; i < scopes.size(); i++) {
      for (int j = 0; j < i; j++) {
        requireOneNearest(scopes, scopes.get(j), scopes.get(i));
      }
    }
    return new TtlScopes(table, scopes);
  }

  private static void requireOneNearest(List<Scope> scopes, Scope first, Scope second) {
    if (first.columns() != second.columns() || !first.meets(second.parts())) {
      return;
    }
    if (first.parts().equals(second.parts())) {
      throw PartitionTtl.refused("there are two rules for " + first.rule() + "; keep one");
    }
    List<@Nullable String> both = new ArrayList<>(first.parts());
    for (int i = 0; i < both.size(); i++) {
      both.set(i, both.get(i) == null ? second.parts().get(i) : both.get(i));
    }
    if (scopes.stream().noneMatch(scope -> scope.parts().equals(both))) {
      throw PartitionTtl.refused(
          "a partition can be of both "
              + first.rule()
              + " and "
              + second.rule()
              + "; add a rule that names the columns of both");
    }
  }

  /** Returns the number of rules. */
  int count() {
    return scopes.size();
  }

  /** Returns a rule, the ones with more columns first. */
  PartitionTtl.Rule rule(int scope) {
    return scopes.get(scope).rule();
  }

  /** Returns the index of the scope of a partition, {@link #OTHERS} if it meets no rule. */
  int of(String directory) {
    String[] parts = directory.split("/", -1);
    for (int i = 0; i < scopes.size(); i++) {
      if (PartitionDirectories.has(scopes.get(i).parts(), parts)) {
        return i;
      }
    }
    return OTHERS;
  }

  /** Returns which rows are of a scope. */
  Filter filter(int scope) {
    List<Filter> parts = new ArrayList<>();
    List<@Nullable String> wanted =
        scope == OTHERS
            ? Collections.nCopies(table.partitionColumns().size(), null)
            : scopes.get(scope).parts();
    if (scope != OTHERS) {
      scopes.get(scope).rule().values().forEach((column, value) -> parts.add(is(column, value)));
    }
    for (int nearer = 0; nearer < (scope == OTHERS ? scopes.size() : scope); nearer++) {
      if (scopes.get(nearer).meets(wanted)) {
        List<Filter> other = new ArrayList<>();
        scopes.get(nearer).rule().values().forEach((c, value) -> other.addAll(isNot(c, value)));
        parts.add(Filter.or(other));
      }
    }
    return Filter.and(parts);
  }

  private Filter is(String column, @Nullable String value) {
    return value == null ? Filter.isNull(column) : Filter.eq(column, literal(column, value));
  }

  private List<Filter> isNot(String column, @Nullable String value) {
    return value == null
        ? List.of(Filter.isNotNull(column))
        : List.of(Filter.ne(column, literal(column, value)), Filter.isNull(column));
  }

  private Literal literal(String column, String value) {
    DataType type = table.schema().field(table.schema().indexOf(column)).type();
    return Literal.of(
        switch (type.kind()) {
          case BOOLEAN -> Boolean.valueOf(value);
          case INT8, INT16, INT32, INT64 -> Long.valueOf(value);
          case FLOAT, DOUBLE -> Double.valueOf(value);
          case DECIMAL -> new BigDecimal(value);
          case STRING -> value;
          case BYTES -> HexFormat.of().parseHex(value);
          case DATE -> LocalDate.parse(value);
          case TIME -> LocalTime.parse(value);
          case TIMESTAMP -> LocalDateTime.parse(value.replace(' ', 'T'));
          case TIMESTAMP_LTZ -> Instant.parse(value.replace(' ', 'T'));
        });
  }
}
