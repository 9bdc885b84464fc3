package io.varve.cli;

import io.varve.query.Filter;
import io.varve.query.FilterFormatter;
import io.varve.query.FilterParser;
import io.varve.schema.DataType;
import io.varve.schema.TableDefinition;
import io.varve.schema.TypeKind;
import io.varve.table.TableDirectory;
import java.util.ArrayList;
import java.util.List;

/** Ids given as text, as values of the id column. */
final class IdFilter {

  private IdFilter() {}

  /** Returns what is true for the rows of some ids. */
  static Filter.In of(TableDirectory table, List<String> ids) {
    TableDefinition definition = table.definition();
    String column = definition.idColumn();
    if (column.isEmpty()) {
      throw new IllegalArgumentException(
          table.store().describe("") + ": has no id column; use query --where instead");
    }
    DataType type = definition.schema().field(definition.schema().indexOf(column)).type();
    boolean text = type.kind() == TypeKind.STRING || !type.isNumeric();
    List<Object> values = new ArrayList<>();
    for (String id : ids) {
      if (type.kind() == TypeKind.STRING) {
        values.add(id);
      } else {
        String literal = text ? "'" + id.replace("'", "''") + "'" : id;
        String equal = FilterFormatter.format(Filter.isNull(column)).replace(" IS NULL", " = ");
        Filter filter = FilterParser.parse(equal + literal, definition.schema());
        values.add(((Filter.Comparison) filter).literal());
      }
    }
    return (Filter.In) Filter.in(column, values);
  }
}
