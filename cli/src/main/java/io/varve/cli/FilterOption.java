package io.varve.cli;

import io.varve.query.Filter;
import io.varve.query.FilterParser;
import io.varve.schema.Schema;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which rows. */
final class FilterOption {

  @Option(
      names = "--where",
      paramLabel = "FILTER",
      description = "The rows, such as \"origin = 'ATL' AND delay > 60\" (default: all).")
  private @Nullable String where;

  /** Returns the filter, of all rows if there is none. */
  Filter of(Schema schema) {
    String text = where;
    return text == null ? Filter.all() : FilterParser.parse(text, schema);
  }
}
