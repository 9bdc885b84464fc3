package io.varve.flink.table;

import io.varve.flink.common.TablePaths;
import io.varve.flink.table.procedure.SqlAuthor;
import io.varve.flink.table.procedure.TableProcedure;
import io.varve.schema.TableDefinition;
import io.varve.table.CommitChoice;
import io.varve.table.FileCommitLog;
import io.varve.table.TableDirectory;
import io.varve.table.TableMaintenance;
import io.varve.table.TableOptions;
import io.varve.table.TableSnapshot;
import io.varve.table.UpkeepOptions;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.catalog.CatalogBaseTable;
import org.apache.flink.table.catalog.CatalogDatabase;
import org.apache.flink.table.catalog.CatalogDatabaseImpl;
import org.apache.flink.table.catalog.CatalogPartition;
import org.apache.flink.table.catalog.CatalogPartitionImpl;
import org.apache.flink.table.catalog.CatalogPartitionSpec;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.TableChange;
import org.apache.flink.table.catalog.exceptions.CatalogException;
import org.apache.flink.table.catalog.exceptions.DatabaseAlreadyExistException;
import org.apache.flink.table.catalog.exceptions.DatabaseNotEmptyException;
import org.apache.flink.table.catalog.exceptions.DatabaseNotExistException;
import org.apache.flink.table.catalog.exceptions.PartitionNotExistException;
import org.apache.flink.table.catalog.exceptions.ProcedureNotExistException;
import org.apache.flink.table.catalog.exceptions.TableAlreadyExistException;
import org.apache.flink.table.catalog.exceptions.TableNotExistException;
import org.apache.flink.table.catalog.exceptions.TableNotPartitionedException;
import org.apache.flink.table.catalog.stats.CatalogColumnStatistics;
import org.apache.flink.table.catalog.stats.CatalogTableStatistics;
import org.apache.flink.table.factories.Factory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.procedures.Procedure;

/**
 * The tables below one directory. What a table is stands in its own directory, which jobs without
 * the catalog use too; the catalog remembers nothing. Thread-safe.
 */
public final class VarveCatalog extends ReadOnlyCatalog {

  /** The database of the procedures; it holds no tables. */
  static final String SYSTEM_DATABASE = "sys";

  private final Warehouse warehouse;

  VarveCatalog(String name, String defaultDatabase, Warehouse warehouse) {
    super(name, defaultDatabase);
    this.warehouse = warehouse;
  }

  /** What a catalog does with files. */
  @FunctionalInterface
  private interface FileAct<T> {
    T run() throws IOException;
  }

  private static <T> T call(FileAct<T> act) {
    try {
      return act.run();
    } catch (IOException failed) {
      throw new CatalogException(String.valueOf(failed.getMessage()), failed);
    }
  }

  @Override
  public void open() {
    call(() -> warehouse.createDatabase(getDefaultDatabase(), Map.of()));
  }

  /** Does nothing: files are closed when they have been read. */
  @Override
  public void close() {}

  @Override
  public Optional<Factory> getFactory() {
    return Optional.of(new VarveTableFactory(warehouse));
  }

  @Override
  public List<String> listDatabases() {
    return call(warehouse::databases);
  }

  @Override
  public boolean databaseExists(String database) {
    return call(() -> warehouse.hasDatabase(database));
  }

  @Override
  public CatalogDatabase getDatabase(String database) throws DatabaseNotExistException {
    requireDatabase(database);
    Map<String, String> values = call(() -> warehouse.database(database));
    Map<String, String> properties = new TreeMap<>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith("property.")) {
            properties.put(key.substring("property.".length()), value);
          }
        });
    return new CatalogDatabaseImpl(properties, values.getOrDefault("comment", ""));
  }

  private void requireDatabase(String database) throws DatabaseNotExistException {
    if (!databaseExists(database)) {
      throw new DatabaseNotExistException(getName(), database);
    }
  }

  @Override
  public void createDatabase(String database, CatalogDatabase declared, boolean ignoreIfExists)
      throws DatabaseAlreadyExistException {
    if (database.equals(SYSTEM_DATABASE)) {
      throw new CatalogException(
          "'" + SYSTEM_DATABASE + "' is where procedures are; choose another name");
    }
    boolean made = call(() -> warehouse.createDatabase(database, values(declared)));
    if (!made && !ignoreIfExists) {
      throw new DatabaseAlreadyExistException(getName(), database);
    }
  }

  private static Map<String, String> values(CatalogDatabase database) {
    String comment = database.getComment();
    return Warehouse.values(comment == null ? "" : comment, database.getProperties());
  }

  @Override
  public void alterDatabase(String database, CatalogDatabase declared, boolean ignoreIfNotExists)
      throws DatabaseNotExistException {
    if (!databaseExists(database)) {
      if (ignoreIfNotExists) {
        return;
      }
      throw new DatabaseNotExistException(getName(), database);
    }
    call(
        () -> {
          warehouse.replaceDatabase(database, values(declared));
          return true;
        });
  }

  @Override
  public void dropDatabase(String database, boolean ignoreIfNotExists, boolean cascade)
      throws DatabaseNotExistException, DatabaseNotEmptyException {
    if (!databaseExists(database)) {
      if (ignoreIfNotExists) {
        return;
      }
      throw new DatabaseNotExistException(getName(), database);
    }
    List<String> tables = call(() -> warehouse.tables(database));
    if (!tables.isEmpty() && !cascade) {
      throw new DatabaseNotEmptyException(getName(), database);
    }
    call(
        () -> {
          for (String table : tables) {
            warehouse.dropTable(database, table);
          }
          warehouse.dropDatabase(database);
          return true;
        });
  }

  @Override
  public List<String> listTables(String database) throws DatabaseNotExistException {
    requireDatabase(database);
    return call(() -> warehouse.tables(database));
  }

  @Override
  public boolean tableExists(ObjectPath path) {
    String name = base(path.getObjectName());
    return call(() -> warehouse.hasTable(path.getDatabaseName(), name));
  }

  /** Returns the table that a name means or tells of. */
  private static String base(String name) {
    return SystemTable.of(name).map(table -> table.baseOf(name)).orElse(name);
  }

  private TableSnapshot snapshot(ObjectPath path, CommitChoice commit)
      throws TableNotExistException {
    if (!tableExists(path)) {
      throw new TableNotExistException(getName(), path);
    }
    String name = base(path.getObjectName());
    return call(() -> commit.of(warehouse.open(path.getDatabaseName(), name)));
  }

  @Override
  public CatalogBaseTable getTable(ObjectPath path) throws TableNotExistException {
    return declared(path, snapshot(path, CommitChoice.LATEST), Map.of());
  }

  /** Returns the table as it was at a time, for {@code FOR SYSTEM_TIME AS OF}. */
  @Override
  public CatalogBaseTable getTable(ObjectPath path, long timestamp) throws TableNotExistException {
    TableSnapshot then = snapshot(path, CommitChoice.at(Instant.ofEpochMilli(timestamp)));
    String commit = Long.toString(then.number());
    return declared(path, then, Map.of(VarveConnectorOptions.SCAN_COMMIT.key(), commit));
  }

  private static CatalogTable declared(
      ObjectPath path, TableSnapshot snapshot, Map<String, String> more) {
    Optional<SystemTable> system = SystemTable.of(path.getObjectName());
    if (system.isPresent()) {
      return CatalogTable.newBuilder()
          .schema(Schema.newBuilder().fromRowDataType(system.get().type()).build())
          .options(more)
          .build();
    }
    return call(() -> DeclaredTable.of(snapshot, more));
  }

  @Override
  public void createTable(ObjectPath path, CatalogBaseTable declared, boolean ignoreIfExists)
      throws TableAlreadyExistException, DatabaseNotExistException {
    requireDatabase(path.getDatabaseName());
    if (tableExists(path)) {
      if (ignoreIfExists) {
        return;
      }
      throw new TableAlreadyExistException(getName(), path);
    }
    if (!(declared instanceof ResolvedCatalogTable table)) {
      throw new CatalogException(
          "a Varve catalog holds tables only; create '" + path + "' as a temporary view");
    }
    if (path.getObjectName().contains("$")) {
      throw new CatalogException("'$' is for system tables, such as t$commits, not in " + path);
    }
    create(path, table);
  }

  private void create(ObjectPath path, ResolvedCatalogTable table) {
    Map<String, String> options = options(path, table.getOptions());
    OptionCheck.kept(options.keySet());
    TableDefinition definition =
        TableDefinitions.of(table.copy(options), Configuration.fromMap(options));
    Map<String, String> held = new TreeMap<>(options);
    held.keySet().retainAll(TableOptions.NAMES);
    TableOptions wanted = new TableOptions(new TreeMap<>(held)); // told before there is a table
    wanted.applyTo(UpkeepOptions.DEFAULTS).ttlByPartition().requireFor(definition);
    options.keySet().removeIf(DeclaredTable::isOfDefinition);
    call(
        () -> {
          String directory = warehouse.path(path.getDatabaseName(), path.getObjectName());
          TableDirectory made = TableDirectory.openOrCreate(TablePaths.open(directory), definition);
          String why = "CREATE TABLE " + path.getFullName();
          if (!held.isEmpty()) {
            new TableMaintenance(made, SqlAuthor.who(), System::currentTimeMillis)
                .setOptions(held, why);
          }
          SqlFacts.of(table, options, made.schema()).keep(new FileCommitLog(made.store()), why);
          return true;
        });
  }

  /** Returns the options that are kept: connector and path are the catalog's. */
  private Map<String, String> options(ObjectPath path, Map<String, String> given) {
    Map<String, String> options = new TreeMap<>(given);
    String connector = options.remove(FactoryUtil.CONNECTOR.key());
    if (connector != null && !connector.equals(VarveTableFactory.IDENTIFIER)) {
      throw new CatalogException(
          "a Varve catalog holds Varve tables; create "
              + path.getFullName()
              + " of connector '"
              + connector
              + "' as a TEMPORARY TABLE or in another catalog");
    }
    String place = options.remove(VarveConnectorOptions.PATH.key());
    String own = warehouse.path(path.getDatabaseName(), path.getObjectName());
    if (place != null && !TablePaths.absolute(place).equals(own)) {
      throw new CatalogException(
          "the catalog keeps " + path.getFullName() + " in " + own + "; leave 'path' out");
    }
    VarveTableFactory factory = new VarveTableFactory(warehouse);
    Set<ConfigOption<?>> known = factory.optionalOptions();
    OptionCheck.names(options.keySet(), known);
    OptionCheck.together(Configuration.fromMap(options), options);
    return options;
  }

  @Override
  public void dropTable(ObjectPath path, boolean ignoreIfNotExists) throws TableNotExistException {
    boolean system = SystemTable.of(path.getObjectName()).isPresent();
    if (system || !tableExists(path)) {
      if (ignoreIfNotExists) {
        return;
      }
      throw new TableNotExistException(getName(), path);
    }
    call(
        () -> {
          warehouse.dropTable(path.getDatabaseName(), path.getObjectName());
          return true;
        });
  }

  @Override
  public void renameTable(ObjectPath path, String newName, boolean ignoreIfNotExists) {
    throw new CatalogException(
        "a table is its directory, which running jobs know by its name; "
            + path.getFullName()
            + " can't be renamed. Stop them, move the directory, and start them with the new path");
  }

  @Override
  public void alterTable(ObjectPath path, CatalogBaseTable table, boolean ignoreIfNotExists)
      throws TableNotExistException {
    alterTable(path, table, List.of(), ignoreIfNotExists);
  }

  @Override
  public void alterTable(
      ObjectPath path,
      CatalogBaseTable declared,
      List<TableChange> changes,
      boolean ignoreIfNotExists)
      throws TableNotExistException {
    if (!tableExists(path)) {
      if (ignoreIfNotExists) {
        return;
      }
      throw new TableNotExistException(getName(), path);
    }
    if (SystemTable.of(path.getObjectName()).isPresent()) {
      throw new CatalogException(path.getFullName() + " can only be read");
    }
    ResolvedCatalogTable table = (ResolvedCatalogTable) declared;
    Map<String, String> options = options(path, table.getOptions());
    call(
        () -> {
          TableDirectory directory = warehouse.open(path.getDatabaseName(), path.getObjectName());
          new TableAlteration(directory, path.getFullName()).alter(table, options, changes);
          return true;
        });
  }

  @Override
  public List<CatalogPartitionSpec> listPartitions(ObjectPath path)
      throws TableNotExistException, TableNotPartitionedException {
    List<CatalogPartitionSpec> specs = new ArrayList<>();
    for (PartitionValues partition : partitions(path)) {
      specs.add(new CatalogPartitionSpec(partition.values()));
    }
    return specs;
  }

  @Override
  public List<CatalogPartitionSpec> listPartitions(ObjectPath path, CatalogPartitionSpec wanted)
      throws TableNotExistException, TableNotPartitionedException {
    Map<String, String> values = wanted.getPartitionSpec();
    return listPartitions(path).stream()
        .filter(spec -> spec.getPartitionSpec().entrySet().containsAll(values.entrySet()))
        .toList();
  }

  private List<PartitionValues> partitions(ObjectPath path)
      throws TableNotExistException, TableNotPartitionedException {
    TableSnapshot snapshot = snapshot(path, CommitChoice.LATEST);
    if (snapshot.table().definition().partitionColumns().isEmpty()) {
      throw new TableNotPartitionedException(getName(), path);
    }
    return call(() -> PartitionValues.of(snapshot));
  }

  private Optional<PartitionValues> partition(ObjectPath path, CatalogPartitionSpec spec) {
    try {
      return partitions(path).stream()
          .filter(partition -> partition.values().equals(spec.getPartitionSpec()))
          .findFirst();
    } catch (TableNotExistException | TableNotPartitionedException none) {
      return Optional.empty();
    }
  }

  @Override
  public CatalogPartition getPartition(ObjectPath path, CatalogPartitionSpec spec)
      throws PartitionNotExistException {
    if (partition(path, spec).isEmpty()) {
      throw new PartitionNotExistException(getName(), path, spec);
    }
    return new CatalogPartitionImpl(Map.of(), "");
  }

  @Override
  public boolean partitionExists(ObjectPath path, CatalogPartitionSpec spec) {
    return partition(path, spec).isPresent();
  }

  @Override
  public List<String> listProcedures(String database) {
    return database.equals(SYSTEM_DATABASE)
        ? List.copyOf(TableProcedure.all(this::open).keySet())
        : List.of();
  }

  @Override
  public Procedure getProcedure(ObjectPath path) throws ProcedureNotExistException {
    Procedure procedure =
        path.getDatabaseName().equals(SYSTEM_DATABASE)
            ? TableProcedure.all(this::open).get(path.getObjectName())
            : null;
    if (procedure == null) {
      throw new ProcedureNotExistException(getName(), path);
    }
    return procedure;
  }

  private TableDirectory open(String name) throws IOException {
    int dot = name.indexOf('.');
    String database = dot < 0 ? getDefaultDatabase() : name.substring(0, dot);
    String table = name.substring(dot + 1);
    if (!warehouse.hasTable(database, table)) {
      throw new IllegalArgumentException(
          "there is no table '" + database + "." + table + "' in catalog " + getName());
    }
    return warehouse.open(database, table);
  }

  @Override
  public CatalogTableStatistics getTableStatistics(ObjectPath path) throws TableNotExistException {
    return SystemTable.of(path.getObjectName()).isPresent()
        ? CatalogTableStatistics.UNKNOWN
        : CatalogStatistics.of(snapshot(path, CommitChoice.LATEST).units());
  }

  @Override
  public CatalogColumnStatistics getTableColumnStatistics(ObjectPath path)
      throws TableNotExistException {
    if (SystemTable.of(path.getObjectName()).isPresent()) {
      return CatalogColumnStatistics.UNKNOWN;
    }
    TableSnapshot snapshot = snapshot(path, CommitChoice.LATEST);
    return call(() -> CatalogStatistics.ofColumns(snapshot));
  }

  @Override
  public CatalogTableStatistics getPartitionStatistics(ObjectPath path, CatalogPartitionSpec spec)
      throws PartitionNotExistException {
    return CatalogStatistics.of(
        partition(path, spec)
            .orElseThrow(() -> new PartitionNotExistException(getName(), path, spec))
            .units());
  }
}
