package io.varve.cli;

import io.varve.schema.Schema;
import java.util.List;
import picocli.CommandLine.Option;

/** Which columns, in which order. */
final class ColumnsOption {

  @Option(
      names = "--columns",
      split = ",",
      paramLabel = "NAME",
      description = "The columns, in this order (default: all).")
  private List<String> columns = List.of();

  /** Returns the indexes of the columns in a schema. */
  int[] of(Schema schema) {
    List<String> names = columns.isEmpty() ? schema.names() : columns;
    return names.stream().mapToInt(name -> schema.indexOf(name.strip())).toArray();
  }
}
