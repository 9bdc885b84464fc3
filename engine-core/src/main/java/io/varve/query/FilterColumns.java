package io.varve.query;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** The columns that filters name. */
public final class FilterColumns {

  private FilterColumns() {}

  /** Returns the names of the columns that a filter looks at, in their order. */
  public static Set<String> of(Filter filter) {
    Set<String> names = new TreeSet<>();
    rename(
        filter,
        name -> {
          names.add(name);
          return name;
        });
    return names;
  }

  /** Returns the same filter on columns of other names. */
  public static Filter rename(Filter filter, UnaryOperator<String> names) {
    if (filter instanceof Filter.And and) {
      return Filter.and(and.filters().stream().map(part -> rename(part, names)).toList());
    }
    if (filter instanceof Filter.Or or) {
      return Filter.or(or.filters().stream().map(part -> rename(part, names)).toList());
    }
    if (filter instanceof Filter.Not not) {
      return Filter.not(rename(not.filter(), names));
    }
    if (filter instanceof Filter.IsNull isNull) {
      return Filter.isNull(names.apply(isNull.column()));
    }
    if (filter instanceof Filter.Comparison comparison) {
      String column = names.apply(comparison.column());
      return new Filter.Comparison(column, comparison.operator(), comparison.literal());
    }
    if (filter instanceof Filter.In in) {
      return new Filter.In(names.apply(in.column()), in.literals());
    }
    if (filter instanceof Filter.StartsWith startsWith) {
      return new Filter.StartsWith(names.apply(startsWith.column()), startsWith.prefix());
    }
    return filter;
  }
}
