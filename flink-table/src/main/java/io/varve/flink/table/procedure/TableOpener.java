package io.varve.flink.table.procedure;

import io.varve.table.TableDirectory;
import java.io.IOException;

/** Opens the tables that procedures name. */
@FunctionalInterface
public interface TableOpener {

  /**
   * Opens a table.
   *
   * @param name {@code database.table}, or a table of the default database
   * @throws IOException if there is none, or it can't be read
   */
  TableDirectory open(String name) throws IOException;
}
