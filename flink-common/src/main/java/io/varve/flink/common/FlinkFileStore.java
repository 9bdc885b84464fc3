package io.varve.flink.common;

import io.varve.io.FileEntry;
import io.varve.io.FileStore;
import io.varve.io.InputFile;
import io.varve.io.OutputFile;
import io.varve.io.StoreUnsuitableException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.apache.flink.core.fs.BlockLocation;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;

/**
 * A directory of a file system that Flink knows, such as HDFS or an object store. Thread-safe.
 *
 * <p>On HDFS a file is published by renaming a temporary one, which fails if the name is taken;
 * names are durable at once, and a tail is read while its writer holds it open, up to what that has
 * flushed. Nobody can go on with a file that has been closed.
 *
 * <p>Any other file system is only read: most object stores, and what imitates a rename on them,
 * let two writers believe that each of them made a file. Unless a job declares {@link
 * CommitExclusiveBy#FLINK_HA}: then a file is published by looking for one, writing it under its
 * name and reading it back. Files appear there when they are closed, so that there are no tails.
 */
public final class FlinkFileStore implements FileStore {

  private static final Set<String> EXCLUSIVE = Set.of("hdfs");

  private final FileSystem files;
  private final Path root;
  private final Writing writing;

  /** How files are written. */
  private enum Writing {
    EXCLUSIVE,
    DECLARED,
    REFUSED
  }

  private FlinkFileStore(FileSystem files, Path root, Writing writing) {
    this.files = files;
    this.root = root;
    this.writing = writing;
  }

  /**
   * Opens a store.
   *
   * @param directory its root, with a scheme
   * @throws StoreUnsuitableException if Flink has no file system for the scheme
   */
  public static FlinkFileStore open(URI directory) throws IOException {
    return open(directory, CommitExclusiveBy.FILE_SYSTEM);
  }

  /**
   * Opens a store for a job.
   *
   * @param directory its root, with a scheme
   * @param exclusiveBy what the job declares
   * @throws StoreUnsuitableException if Flink has no file system for the scheme
   */
  public static FlinkFileStore open(URI directory, CommitExclusiveBy exclusiveBy)
      throws IOException {
    FileSystem files;
    try {
      files = FileSystem.get(directory);
    } catch (UnsupportedFileSystemSchemeException unknown) {
      throw new StoreUnsuitableException(
          directory
              + ": tables lie on POSIX file systems, local or shared, on HDFS, and for reading on"
              + " what Flink has a file system for; here it has none ("
              + unknown.getMessage()
              + ")");
    }
    Writing writing =
        exclusiveBy == CommitExclusiveBy.FLINK_HA ? Writing.DECLARED : Writing.REFUSED;
    if (EXCLUSIVE.contains(directory.getScheme().toLowerCase(Locale.ROOT))) {
      writing = Writing.EXCLUSIVE;
    }
    return new FlinkFileStore(files, new Path(directory), writing);
  }

  /** Returns whether tables can be written there; else it is only read. */
  public boolean isWritable() {
    return writing != Writing.REFUSED;
  }

  /** Returns whether tables are written there only because a job has declared it. */
  public boolean isDeclared() {
    return writing == Writing.DECLARED;
  }

  @Override
  public boolean showsOpenFiles() {
    return writing != Writing.DECLARED;
  }

  @Override
  public OutputFile create(String path) throws IOException {
    Path file = toWrite(path);
    return UninterruptedCalls.call(() -> new FlinkOutputFile(createNew(file), showsOpenFiles()));
  }

  private FSDataOutputStream createNew(Path file) throws IOException {
    try {
      return files.create(file, WriteMode.NO_OVERWRITE);
    } catch (IOException failed) {
      if (files.exists(file)) {
        throw new FileAlreadyExistsException(file.toString());
      }
      throw failed;
    }
  }

  @Override
  public OutputFile append(String path, long length) throws IOException {
    throw new StoreUnsuitableException(
        describe(path)
            + ": Flink's file systems can't go on with a file that has been closed; write fewer"
            + " partitions at once, or put the table on a POSIX file system");
  }

  @Override
  public InputFile open(String path) throws IOException {
    Path file = resolve(path);
    return UninterruptedCalls.call(
        () -> {
          try {
            long closedLength = files.getFileStatus(file).getLen();
            boolean tellsAll = writing == Writing.EXCLUSIVE;
            return FlinkInputFile.open(file.toString(), () -> stream(file), closedLength, tellsAll);
          } catch (FileNotFoundException missing) {
            throw new NoSuchFileException(file.toString());
          }
        });
  }

  private FSDataInputStream stream(Path file) throws IOException {
    try {
      return files.open(file);
    } catch (FileNotFoundException missing) {
      throw new NoSuchFileException(file.toString());
    }
  }

  /** Returns the length; of a file that is being written, what is in its finished blocks. */
  @Override
  public OptionalLong length(String path) throws IOException {
    Path file = resolve(path);
    return UninterruptedCalls.call(
        () -> {
          try {
            return OptionalLong.of(files.getFileStatus(file).getLen());
          } catch (FileNotFoundException missing) {
            return OptionalLong.empty();
          }
        });
  }

  @Override
  public List<String> hosts(String path) throws IOException {
    Path file = resolve(path);
    return UninterruptedCalls.call(
        () -> {
          FileStatus status;
          try {
            status = files.getFileStatus(file);
          } catch (FileNotFoundException missing) {
            return List.of();
          }
          BlockLocation[] blocks = files.getFileBlockLocations(status, 0, status.getLen());
          return blocks == null ? List.of() : byBytes(blocks);
        });
  }

  private static List<String> byBytes(BlockLocation[] blocks) throws IOException {
    Map<String, Long> bytes = new LinkedHashMap<>();
    for (BlockLocation block : blocks) {
      for (String host : block.getHosts()) {
        bytes.merge(host, block.getLength(), Long::sum);
      }
    }
    return bytes.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .map(Map.Entry::getKey)
        .filter(host -> !host.equals("localhost"))
        .toList();
  }

  @Override
  public List<FileEntry> list(String directory) throws IOException {
    Path parent = resolve(directory);
    return UninterruptedCalls.call(
        () -> {
          List<FileEntry> entries = new ArrayList<>();
          for (FileStatus status : statuses(parent)) {
            boolean isDirectory = status.isDir();
            entries.add(
                new FileEntry(
                    status.getPath().getName(),
                    isDirectory,
                    isDirectory ? 0 : status.getLen(),
                    status.getModificationTime()));
          }
          entries.sort(Comparator.comparing(FileEntry::name));
          return List.copyOf(entries);
        });
  }

  private FileStatus[] statuses(Path directory) throws IOException {
    try {
      FileStatus[] found = files.listStatus(directory);
      boolean none = found == null;
      boolean itself =
          !none && found.length == 1 && found[0].getPath().getPath().equals(directory.getPath());
      return none || itself ? new FileStatus[0] : found;
    } catch (FileNotFoundException missing) {
      return new FileStatus[0];
    }
  }

  @Override
  public boolean publish(String path, byte[] content) throws IOException {
    Path file = toWrite(path);
    if (writing == Writing.DECLARED) {
      return UninterruptedCalls.call(() -> publishAlone(file, path, content));
    }
    return UninterruptedCalls.call(
        () -> {
          Path temporary =
              new Path(file.getParent(), "." + file.getName() + "." + UUID.randomUUID());
          boolean renamed = false;
          try {
            write(temporary, WriteMode.NO_OVERWRITE, content);
            renamed = files.rename(temporary, file);
          } finally {
            if (!renamed) {
              files.delete(temporary, false);
            }
          }
          if (!renamed && !files.exists(file)) {
            throw new IOException(
                file + ": could not be renamed to, though there is no such file; try again");
          }
          return renamed;
        });
  }

  /**
   * Makes a file as if nobody else did at the same time. Who does overwrites it or is overwritten;
   * by what is there afterwards one of them often learns of it, but not always.
   */
  private boolean publishAlone(Path file, String path, byte[] content) throws IOException {
    if (files.exists(file)) {
      return false;
    }
    write(file, WriteMode.OVERWRITE, content);
    return Arrays.equals(content, readAll(path, Long.MAX_VALUE));
  }

  private void write(Path file, WriteMode mode, byte[] content) throws IOException {
    try (FSDataOutputStream out = files.create(file, mode)) {
      out.write(content);
      if (showsOpenFiles()) {
        out.sync();
      }
    }
  }

  /** Overwrites in place, since nothing here renames over a file: a reader may find it empty. */
  @Override
  public void replace(String path, byte[] content) throws IOException {
    Path file = toWrite(path);
    UninterruptedCalls.call(
        () -> {
          write(file, WriteMode.OVERWRITE, content);
          return true;
        });
  }

  @Override
  public boolean delete(String path) throws IOException {
    Path file = toWrite(path);
    return UninterruptedCalls.call(() -> files.delete(file, false));
  }

  /**
   * Does nothing: HDFS and object stores make a name durable before the call that made it returns.
   */
  @Override
  public void syncDirectory(String directory) throws IOException {
    toWrite(directory);
  }

  @Override
  public String describe(String path) {
    return resolve(path).toString();
  }

  private Path toWrite(String path) throws StoreUnsuitableException {
    Path file = resolve(path);
    if (writing == Writing.REFUSED) {
      throw new StoreUnsuitableException(
          root
              + ": a table there can be read but not written: the file system does not promise that"
              + " of two writers only one can make a file, so two jobs could both believe that they"
              + " had committed. Put the table on HDFS, or on a POSIX file system that all hosts"
              + " share; or read docs/exactly-once.md, and let the job declare"
              + " commit.exclusive-by = flink-ha");
    }
    return file;
  }

  private Path resolve(String path) {
    if (path.isEmpty()) {
      return root;
    }
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..") || part.indexOf('\0') >= 0) {
        throw new IllegalArgumentException("bad path in a file store: '" + path + "'");
      }
    }
    return new Path(root, path);
  }
}
