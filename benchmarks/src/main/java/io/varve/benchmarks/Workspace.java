package io.varve.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory for data of a suite: deleted at the end, or kept with a note of what is in it.
 * Confined to one thread.
 */
public final class Workspace implements AutoCloseable {

  private static final String NOTE = ".kept";

  private final Path root;
  private final boolean kept;

  private Workspace(Path root, boolean kept) {
    this.root = root;
    this.kept = kept;
  }

  /** Opens the directory that the options name, or a temporary one. */
  public static Workspace open(BenchOptions options, String suite) throws IOException {
    Path keep = options.keep();
    if (keep != null) {
      return new Workspace(Files.createDirectories(keep.resolve(suite)), true);
    }
    Path parent = options.directory();
    return new Workspace(
        parent == null
            ? Files.createTempDirectory("varve-" + suite)
            : Files.createTempDirectory(Files.createDirectories(parent), suite),
        false);
  }

  /** Returns the path of a name, which need not exist. */
  public Path resolve(String name) {
    return root.resolve(name);
  }

  /** Returns whether data of a name is there from a run before, and is what a note says. */
  public boolean has(String name, String note) throws IOException {
    Path file = noteOf(name);
    return Files.exists(file) && Files.readString(file).equals(note);
  }

  /** Says that the data of a name is complete. */
  public void note(String name, String note) throws IOException {
    Files.writeString(noteOf(name), note);
  }

  private Path noteOf(String name) {
    return root.resolve(name + NOTE);
  }

  /** Deletes the data of a name and its note, if there are any. */
  public void delete(String name) throws IOException {
    Files.deleteIfExists(noteOf(name));
    deleteAll(resolve(name));
  }

  private static void deleteAll(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> files = Files.walk(directory)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.deleteIfExists(file);
    }
  }

  /** Deletes everything, unless it is to be kept. */
  @Override
  public void close() throws IOException {
    if (!kept) {
      deleteAll(root);
    }
  }
}
