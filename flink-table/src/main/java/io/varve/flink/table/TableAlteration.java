package io.varve.flink.table;

import io.varve.schema.TableDefinition;
import io.varve.table.FileCommitLog;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.TableChange;
import org.apache.flink.table.catalog.exceptions.CatalogException;

/** Changes a table by SQL, beside the job that writes to it. */
final class TableAlteration {

  private final TableDirectory directory;
  private final String name;

  TableAlteration(TableDirectory directory, String name) {
    this.directory = directory;
    this.name = name;
  }

  /**
   * Makes a table what a declaration says.
   *
   * @param options without those of the catalog
   * @param changes what is other than before
   */
  void alter(ResolvedCatalogTable table, Map<String, String> options, List<TableChange> changes)
      throws IOException {
    TableDefinition before = TableSnapshot.latest(directory).table().definition();
    TableDefinition after =
        TableDefinitions.of(table.copy(options), Configuration.fromMap(options));
    if (!after.equals(before)) {
      throw new CatalogException(
          name
              + ": stored columns and the options that a table is created with can't be changed,"
              + " only comments, columns that are not stored, the watermark and other options");
    }
    Map<String, String> kept = new TreeMap<>(options);
    kept.keySet().removeIf(DeclaredTable::isOfDefinition);
    SqlFacts.of(table, kept, after.schema())
        .keep(new FileCommitLog(directory.store()), "ALTER TABLE " + name);
  }
}
