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
    if (!looksLike(after, before)) {
      throw new CatalogException(
          name
              + ": stored columns and the options that a table is created with can't be changed,"
              + " only comments, columns that are not stored, the watermark and other options");
    }
    Map<String, String> kept = new TreeMap<>(options);
    kept.keySet().removeIf(DeclaredTable::isOfDefinition);
    SqlFacts.of(table, kept, before.schema())
        .keep(new FileCommitLog(directory.store()), "ALTER TABLE " + name);
  }

  /** SQL doesn't know the ids of columns, their defaults and how often they were changed. */
  private static boolean looksLike(TableDefinition declared, TableDefinition stored) {
    return declared.schema().looksLike(stored.schema())
        && new TableDefinition(
                stored.schema(),
                declared.partitionColumns(),
                declared.buckets(),
                declared.bucketKey(),
                declared.idColumn(),
                declared.bloomColumns(),
                declared.tallyColumns(),
                declared.timeZone(),
                declared.projections())
            .equals(stored);
  }
}
