package io.varve.flink.sink;

import io.varve.flink.common.TablePaths;
import io.varve.io.FileEntry;
import io.varve.io.FileStore;
import io.varve.io.LocalFileStore;
import io.varve.testkit.MemoryFileStore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Where the tables of tests lie: on the local disk, unless a {@link TableHome} on the class path
 * says otherwise. Tests name them by local directories in either case.
 */
final class TestTables {

  private static final Optional<TableHome> HOME = ServiceLoader.load(TableHome.class).findFirst();

  private static final int MAX_FILE_BYTES = 64 << 20;

  private TestTables() {}

  /** Returns the path that a job is given. */
  static String path(Path directory) {
    return HOME.map(home -> home.path(directory)).orElse(directory.toString());
  }

  static FileStore store(Path directory) throws IOException {
    return HOME.isPresent() ? TablePaths.open(path(directory)) : new LocalFileStore(directory);
  }

  /** Returns what is there now, for who reads every commit: files elsewhere are copied first. */
  static FileStore toRead(Path directory) throws IOException {
    FileStore store = store(directory);
    if (HOME.isEmpty()) {
      return store;
    }
    MemoryFileStore copy = new MemoryFileStore();
    copyFiles(store, "", copy);
    return copy;
  }

  private static void copyFiles(FileStore from, String below, FileStore to) throws IOException {
    for (FileEntry entry : from.list(below)) {
      String path = below.isEmpty() ? entry.name() : below + "/" + entry.name();
      if (entry.directory()) {
        copyFiles(from, path, to);
      } else {
        try {
          to.publish(path, from.readAll(path, MAX_FILE_BYTES));
        } catch (NoSuchFileException gone) {
          // nobody needs it any more
        }
      }
    }
  }

  /** Returns how many files there are in a directory of a table. */
  static long filesIn(Path directory, String below) throws IOException {
    return store(directory).list(below).stream().filter(entry -> !entry.directory()).count();
  }

  /** Returns the names of what is in a directory. */
  static List<String> names(Path directory) throws IOException {
    return store(directory).list("").stream().map(FileEntry::name).toList();
  }
}
