package io.varve.flink.table;

import io.varve.flink.common.TablePaths;
import io.varve.io.CorruptFileException;
import io.varve.io.FileEntry;
import io.varve.io.FileStore;
import io.varve.table.TableDirectory;
import io.varve.table.TableLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The directory of a catalog: one directory for each database, which a file {@value #DATABASE}
 * makes one, and in it one for each table. Nothing else is written: a table that a job creates
 * there is in the catalog. Thread-safe.
 */
final class Warehouse {

  /** What makes a directory a database. */
  static final String DATABASE = "database.varve";

  private static final int MAX_DATABASE_BYTES = 1 << 20;

  private final String path;
  private final FileStore store;

  Warehouse(String path) throws IOException {
    this.path = TablePaths.absolute(path);
    this.store = TablePaths.open(this.path);
  }

  /** Returns the path of a table. */
  String path(String database, String table) {
    return path + "/" + requireName(database) + "/" + requireName(table);
  }

  private static String requireName(String name) {
    boolean plain = name.matches("[\\p{L}\\p{N}_][\\p{L}\\p{N}_.-]*") && !name.contains("..");
    if (!plain) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' names a directory: letters, digits, '_', '-' and '.' do, a letter, digit or '_'"
              + " first");
    }
    return name;
  }

  List<String> databases() throws IOException {
    List<String> databases = new ArrayList<>();
    for (FileEntry entry : store.list("")) {
      if (entry.directory() && hasDatabase(entry.name())) {
        databases.add(entry.name());
      }
    }
    return databases;
  }

  boolean hasDatabase(String database) throws IOException {
    return isName(database) && store.length(database + "/" + DATABASE).isPresent();
  }

  private static boolean isName(String name) {
    try {
      requireName(name);
      return true;
    } catch (IllegalArgumentException wrong) {
      return false;
    }
  }

  /** Returns whether the database was made by this call. */
  boolean createDatabase(String database, Map<String, String> values) throws IOException {
    return store.publish(
        requireName(database) + "/" + DATABASE,
        TextMap.write(values).getBytes(StandardCharsets.UTF_8));
  }

  Map<String, String> database(String database) throws IOException {
    String file = database + "/" + DATABASE;
    byte[] text = store.readAll(file, MAX_DATABASE_BYTES);
    try {
      return TextMap.read(store.describe(file), new String(text, StandardCharsets.UTF_8));
    } catch (CorruptFileException damaged) {
      throw new IOException(damaged.getMessage(), damaged);
    }
  }

  void replaceDatabase(String database, Map<String, String> values) throws IOException {
    store.replace(
        database + "/" + DATABASE, TextMap.write(values).getBytes(StandardCharsets.UTF_8));
  }

  List<String> tables(String database) throws IOException {
    List<String> tables = new ArrayList<>();
    for (FileEntry entry : store.list(database)) {
      if (entry.directory() && hasTable(database, entry.name())) {
        tables.add(entry.name());
      }
    }
    return tables;
  }

  boolean hasTable(String database, String table) throws IOException {
    return isName(database)
        && isName(table)
        && store.length(database + "/" + table + "/" + TableLayout.DESCRIPTION).isPresent();
  }

  TableDirectory open(String database, String table) throws IOException {
    return TableDirectory.open(TablePaths.open(path(database, table)));
  }

  /** Deletes a table's files, what makes it a table last: done again it goes on. */
  void dropTable(String database, String table) throws IOException {
    String directory = requireName(database) + "/" + requireName(table);
    for (FileEntry entry : store.list(directory)) {
      if (!entry.name().equals(TableLayout.DESCRIPTION)) {
        delete(directory + "/" + entry.name(), entry.directory());
      }
    }
    store.delete(directory + "/" + TableLayout.DESCRIPTION);
    deleteDirectory(directory);
  }

  void dropDatabase(String database) throws IOException {
    store.delete(requireName(database) + "/" + DATABASE);
    deleteDirectory(database);
  }

  private void delete(String file, boolean directory) throws IOException {
    if (directory) {
      for (FileEntry entry : store.list(file)) {
        delete(file + "/" + entry.name(), entry.directory());
      }
      deleteDirectory(file);
    } else {
      store.delete(file);
    }
  }

  /** An empty directory means nothing, so it does not matter if it stays. */
  private void deleteDirectory(String directory) {
    try {
      store.delete(directory);
    } catch (IOException stays) {
      // Somebody has put a file there, or the store deletes files only.
    }
  }

  /** Returns the values of a database: its comment and its properties. */
  static Map<String, String> values(String comment, Map<String, String> properties) {
    Map<String, String> values = new TreeMap<>();
    if (!comment.isEmpty()) {
      values.put("comment", comment);
    }
    properties.forEach((key, value) -> values.put("property." + key, value));
    return values;
  }
}
