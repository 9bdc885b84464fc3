package io.varve.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the emitters wrote down, independent of the table: for each submission and checkpoint every
 * key's history up to it. Thread-safe, and safe for many processes: files are never changed.
 *
 * <p>{@code submission/parent} names the submission whose savepoint it started from, {@code
 * submission/checkpoint/2-of-4} holds the keys of one subtask. Flink uses no checkpoint id twice
 * within a submission, and goes on from the savepoint's id, so that one directory belongs to one
 * moment of one attempt.
 */
final class Ledger {

  private static final Pattern PART = Pattern.compile("(\\d+)-of-(\\d+)");

  private final Path directory;

  Ledger(Path directory) {
    this.directory = directory;
  }

  /**
   * Writes down that a submission is about to be made.
   *
   * @param parent whose savepoint it starts from; empty if it starts from nothing
   */
  void submit(String submission, String parent) throws IOException {
    Path file = directory.resolve(submission).resolve("parent");
    Files.createDirectories(file.getParent());
    Files.writeString(file, parent);
  }

  /** Writes down what one subtask has emitted up to a checkpoint. */
  void write(
      String submission, long checkpoint, int subtask, int parallelism, Collection<KeyHistory> keys)
      throws IOException {
    Path cut = cut(submission, checkpoint);
    Files.createDirectories(cut);
    Path file = cut.resolve(subtask + "-of-" + parallelism);
    Path temporary = cut.resolve("." + subtask + "." + ProcessHandle.current().pid());
    Files.write(temporary, keys.stream().map(KeyHistory::toString).toList());
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private Path cut(String submission, long checkpoint) {
    return directory.resolve(submission).resolve(String.format(Locale.ROOT, "%010d", checkpoint));
  }

  /**
   * Returns every key's history up to a checkpoint that the submission took or started from.
   *
   * @param checkpoint its id, 0 for the start from nothing
   * @throws IOException if nobody wrote that down, or not every subtask
   */
  Map<Long, KeyHistory> read(String submission, long checkpoint) throws IOException {
    Path cut = cut(submission, checkpoint);
    if (Files.isDirectory(cut)) {
      return readCut(cut);
    }
    String parent = Files.readString(directory.resolve(submission).resolve("parent"));
    if (!parent.isEmpty()) {
      return read(parent, checkpoint);
    }
    if (checkpoint == 0) {
      return Map.of();
    }
    throw new IOException(cut + ": is not in the ledger, nor is an ancestor's");
  }

  private static Map<Long, KeyHistory> readCut(Path cut) throws IOException {
    List<Path> parts = parts(cut);
    Map<Long, KeyHistory> keys = new TreeMap<>();
    for (Path part : parts) {
      for (String line : Files.readAllLines(part)) {
        KeyHistory history = KeyHistory.parse(line);
        if (keys.put(history.key(), history) != null) {
          throw new IOException(cut + ": two subtasks emitted key " + history.key());
        }
      }
    }
    if (!isWhole(parts)) {
      throw new IOException(cut + ": subtasks are missing, there are " + parts);
    }
    return keys;
  }

  private static List<Path> parts(Path cut) throws IOException {
    try (Stream<Path> files = Files.list(cut)) {
      return files
          .filter(file -> PART.matcher(String.valueOf(file.getFileName())).matches())
          .sorted()
          .toList();
    }
  }

  private static boolean isWhole(List<Path> parts) {
    List<Integer> parallelisms = new ArrayList<>();
    for (Path part : parts) {
      Matcher matcher = PART.matcher(String.valueOf(part.getFileName()));
      if (matcher.matches()) {
        parallelisms.add(Integer.parseInt(matcher.group(2)));
      }
    }
    return parallelisms.stream().distinct().count() == 1 && parallelisms.get(0) == parts.size();
  }

  /** Returns the newest checkpoint that every subtask of a submission has written down. */
  OptionalLong newest(String submission) throws IOException {
    try (Stream<Path> cuts = Files.list(directory.resolve(submission))) {
      return cuts.filter(Files::isDirectory)
          .filter(Ledger::isWholeCut)
          .mapToLong(cut -> Long.parseLong(String.valueOf(cut.getFileName())))
          .max();
    }
  }

  private static boolean isWholeCut(Path cut) {
    try {
      return isWhole(parts(cut));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
