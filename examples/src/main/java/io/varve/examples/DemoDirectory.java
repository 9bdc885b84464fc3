package io.varve.examples;

import io.varve.io.LocalFileStore;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a demo puts its files. A marker file tells it from any other directory, so that no other is
 * ever emptied, and is locked while a demo runs. Confined to one thread.
 */
final class DemoDirectory implements AutoCloseable {

  private static final String MARKER = "made-by-varve-demo";
  private static final String SAMPLE = "flights-2001-01.csv.gz";

  private final Path root;
  private final FileChannel marker;

  private DemoDirectory(Path root, FileChannel marker) {
    this.root = root;
    this.marker = marker;
  }

  /**
   * Makes the directory ready for a new run: what an earlier one left is removed.
   *
   * @throws ExpectedException if the directory holds something else, or another demo runs in it
   */
  static DemoDirectory open(Path directory) throws IOException {
    Path root = directory.toAbsolutePath().normalize();
    Files.createDirectories(root);
    Path markerFile = root.resolve(MARKER);
    if (!Files.exists(markerFile) && !isEmpty(root)) {
      throw new ExpectedException(
          root
              + ": is neither empty nor a demo's directory (it has no file "
              + MARKER
              + "); give another one with --path");
    }
    FileChannel marker =
        FileChannel.open(markerFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!lock(marker)) {
      marker.close();
      throw new ExpectedException(
          root + ": another demo is running here; wait for it, or give another one with --path");
    }
    return new DemoDirectory(root, marker);
  }

  private static boolean lock(FileChannel marker) throws IOException {
    try {
      FileLock lock = marker.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException inThisProcess) {
      return false;
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }

  /** Returns what the table of an earlier run shows, null if there is none. */
  @Nullable TableSnapshot earlierTable() throws IOException {
    try {
      return TableSnapshot.latest(TableDirectory.open(new LocalFileStore(table())));
    } catch (NoSuchFileException none) {
      return null;
    }
  }

  /** Removes what an earlier run left. */
  void clean() throws IOException {
    List<Path> left;
    try (Stream<Path> files = Files.walk(root)) {
      left = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : left) {
      if (!path.equals(root) && !path.equals(root.resolve(MARKER))) {
        delete(path);
      }
    }
  }

  private static void delete(Path path) throws IOException {
    try {
      Files.deleteIfExists(path);
    } catch (DirectoryNotEmptyException changed) {
      throw new ExpectedException(
          path + ": changed while it was removed; end what writes there and run again");
    }
  }

  /** Puts the sample data here and returns the file. */
  Path unpackSample() throws IOException {
    Path file = root.resolve(SAMPLE);
    try (InputStream sample = DemoDirectory.class.getResourceAsStream(SAMPLE)) {
      if (sample == null) {
        throw new NoSuchFileException(SAMPLE, null, "not among the resources; build again");
      }
      Files.copy(sample, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }

  /** Returns the directory. */
  Path root() {
    return root;
  }

  /** Returns the table's directory. */
  Path table() {
    return root.resolve("table");
  }

  /** Returns a directory for Flink's checkpoints and temporary files. */
  Path flink() {
    return root.resolve("flink");
  }

  /** Returns the file that the log goes to. */
  Path log() {
    return root.resolve("flink.log");
  }

  @Override
  public void close() throws IOException {
    marker.close();
  }
}
