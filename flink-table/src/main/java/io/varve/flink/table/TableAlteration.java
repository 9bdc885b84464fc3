package io.varve.flink.table;

import io.varve.flink.table.procedure.SqlAuthor;
import io.varve.schema.DataType;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.schema.SchemaChange;
import io.varve.table.FileCommitLog;
import io.varve.table.TableDirectory;
import io.varve.table.TableMaintenance;
import io.varve.table.TableOptions;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.catalog.TableChange;
import org.apache.flink.table.catalog.exceptions.CatalogException;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/**
 * Changes a table by SQL, beside the job that writes to it, which takes the change up at its next
 * checkpoint: first the stored columns, then the options that hold for every job, then what only
 * SQL knows; each is one commit. Confined to one thread.
 */
final class TableAlteration {

  private final TableDirectory directory;
  private final TableMaintenance maintenance;
  private final String name;

  TableAlteration(TableDirectory directory, String name) {
    this.directory = directory;
    this.maintenance = new TableMaintenance(directory, SqlAuthor.who(), System::currentTimeMillis);
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
    OptionCheck.kept(options.keySet());
    String why = "ALTER TABLE " + name;
    TableSnapshot before = TableSnapshot.latest(directory);
    Map<String, @Nullable String> changed = changedOptions(before, options, changes);
    maintenance.checkOptions(changed);
    List<SchemaChange> columns = columnChanges(table.getResolvedSchema(), changes, before);
    if (!columns.isEmpty()) {
      maintenance.alter(columns, why);
    }
    if (!changed.isEmpty()) {
      maintenance.setOptions(changed, why);
    }
    Map<String, String> kept = new TreeMap<>(options);
    kept.keySet().removeIf(DeclaredTable::isOfDefinition);
    Schema stored = TableSnapshot.latest(directory).table().schema();
    SqlFacts.of(table, kept, stored).keep(new FileCommitLog(directory.store()), why);
  }

  /** Returns the options of the table that change; null for those that are reset. */
  private Map<String, @Nullable String> changedOptions(
      TableSnapshot before, Map<String, String> options, List<TableChange> changes) {
    Map<String, String> now = DeclaredTable.options(before.table());
    Map<String, @Nullable String> changed = new TreeMap<>();
    for (TableChange change : changes) {
      String key = null;
      if (change instanceof TableChange.SetOption set) {
        key = set.getKey();
      } else if (change instanceof TableChange.ResetOption reset) {
        key = reset.getKey();
      }
      if (key == null || Objects.equals(options.get(key), now.get(key))) {
        continue;
      }
      if (TableOptions.isKnown(key)) {
        changed.put(key, engineValue(key, options.get(key)));
      } else if (DeclaredTable.isOfDefinition(key)) {
        throw new CatalogException(
            "'" + key + "' is fixed when " + name + " is created; make another table");
      }
    }
    return changed;
  }

  /** SQL separates the elements of lists by semicolons, the engine by commas. */
  private static @Nullable String engineValue(String key, @Nullable String value) {
    return value == null || TableOptions.NAMES.contains(key) ? value : value.replace(';', ',');
  }

  private List<SchemaChange> columnChanges(
      ResolvedSchema after, List<TableChange> changes, TableSnapshot before) {
    Schema stored = before.table().schema();
    List<String> names = physical(after);
    List<TableChange> ordered = new ArrayList<>(changes);
    // From left to right, so that the column that another is to follow is there already.
    ordered.sort(Comparator.comparingInt(change -> names.indexOf(placed(change))));
    List<SchemaChange> columns = new ArrayList<>();
    for (TableChange change : ordered) {
      if (change instanceof TableChange.AddColumn add && add.getColumn().isPhysical()) {
        Column column = add.getColumn();
        LogicalType type = column.getDataType().getLogicalType();
        columns.add(
            new SchemaChange.Add(
                column.getName(),
                ColumnTypes.of(column.getName(), type),
                type.isNullable(),
                null,
                predecessor(after, column.getName())));
      } else if (change instanceof TableChange.DropColumn drop) {
        if (stored.find(drop.getColumnName()).isPresent()) {
          columns.add(new SchemaChange.Drop(drop.getColumnName()));
        }
      } else if (change instanceof TableChange.ModifyColumn modify) {
        addModification(after, modify, stored, columns);
      }
    }
    return columns;
  }

  /** Returns the column that a change gives a place; an empty name if it places none. */
  private static String placed(TableChange change) {
    if (change instanceof TableChange.AddColumn add) {
      return add.getColumn().getName();
    }
    return change instanceof TableChange.ModifyColumnPosition move
        ? move.getNewColumn().getName()
        : "";
  }

  private void addModification(
      ResolvedSchema after,
      TableChange.ModifyColumn modify,
      Schema stored,
      List<SchemaChange> columns) {
    Column from = modify.getOldColumn();
    Column to = modify.getNewColumn();
    if (from.isPhysical() != to.isPhysical()) {
      throw new CatalogException(
          name + ": column '" + from.getName() + "' is stored or not; drop it and add the other");
    }
    if (!from.isPhysical()) {
      return;
    }
    if (modify instanceof TableChange.ModifyColumnName rename) {
      columns.add(new SchemaChange.Rename(rename.getOldColumnName(), rename.getNewColumnName()));
    } else if (modify instanceof TableChange.ModifyPhysicalColumnType retype) {
      Field field = stored.field(stored.indexOf(from.getName()));
      LogicalType type = retype.getNewType().getLogicalType();
      DataType wanted = ColumnTypes.of(from.getName(), type);
      if (!wanted.equals(field.type())) {
        columns.add(new SchemaChange.Widen(from.getName(), wanted));
      }
      boolean isTime = field.id() == stored.timeFieldId();
      if (type.isNullable() && !field.nullable() && !isTime) {
        columns.add(new SchemaChange.AllowNulls(from.getName()));
      } else if (!type.isNullable() && field.nullable()) {
        throw new CatalogException(
            name + ": column '" + from.getName() + "' may hold nulls, so it can't be NOT NULL");
      }
    } else if (modify instanceof TableChange.ModifyColumnPosition) {
      String predecessor = predecessor(after, to.getName());
      columns.add(
          new SchemaChange.Move(
              to.getName(), predecessor == null ? last(after, to.getName()) : predecessor));
    }
  }

  /** Returns the stored column before one; empty if it is the first, null if it is the last. */
  private static @Nullable String predecessor(ResolvedSchema schema, String column) {
    List<String> names = physical(schema);
    int index = names.indexOf(column);
    if (index == names.size() - 1) {
      return null;
    }
    return index <= 0 ? "" : names.get(index - 1);
  }

  private static String last(ResolvedSchema schema, String column) {
    List<String> names = physical(schema);
    names.remove(column);
    return names.get(names.size() - 1);
  }

  private static List<String> physical(ResolvedSchema schema) {
    List<String> names = new ArrayList<>();
    for (Column column : schema.getColumns()) {
      if (column.isPhysical()) {
        names.add(column.getName());
      }
    }
    return names;
  }
}
