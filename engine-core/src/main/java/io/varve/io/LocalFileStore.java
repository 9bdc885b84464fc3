package io.varve.io;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A directory of a POSIX file system, local or mounted. Thread-safe.
 *
 * <p>Exclusive creation is a hard link to a temporary file that is already durable: the link fails
 * if the name is taken, on a local disk as on NFS, and a reader never sees half a file. Data goes
 * through {@link RandomAccessFile}, which unlike a channel is not closed by an interrupt.
 */
public final class LocalFileStore implements LockableFileStore {

  private static final String TEMPORARY_SUFFIX = ".tmp";

  private final Path root;
  private final boolean mapsReads;
  private final Set<Path> durable = ConcurrentHashMap.newKeySet();

  /** Creates a store below a directory, which is made when the first file is. */
  public LocalFileStore(Path root) {
    this(root, false);
  }

  private LocalFileStore(Path root, boolean mapsReads) {
    this.root = root.toAbsolutePath().normalize();
    this.mapsReads = mapsReads;
  }

  /**
   * Returns a store of the same directory that maps sealed files into memory to read them: faster,
   * above all for few rows here and there. For a disk of this machine, on which nobody makes files
   * shorter: the JVM's answer to that, as to a disk that fails, is an {@link InternalError} rather
   * than an {@link IOException}. The space of a file that was read so and deleted is free only when
   * the garbage collector has found the map.
   */
  public LocalFileStore withMappedReads() {
    return new LocalFileStore(root, true);
  }

  /** Returns the directory that paths are relative to. */
  public Path root() {
    return root;
  }

  @Override
  public OutputFile create(String path) throws IOException {
    Path file = resolve(path);
    createDirectories(parentOf(file));
    Files.createFile(file);
    return new LocalOutputFile(file.toFile(), new RandomAccessFile(file.toFile(), "rw"), 0);
  }

  @Override
  public OutputFile append(String path, long length) throws IOException {
    Path file = resolve(path);
    Files.readAttributes(file, BasicFileAttributes.class); // "rw" would make a missing file
    RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw");
    try {
      if (opened.length() != length) {
        throw new CorruptFileException(
            file
                + ": is "
                + opened.length()
                + " bytes long where its writer left it at "
                + length
                + "; something else has written to it, restart the job");
      }
      opened.seek(length);
      return new LocalOutputFile(file.toFile(), opened, length);
    } catch (IOException failed) {
      opened.close();
      throw failed;
    }
  }

  @Override
  public InputFile open(String path) throws IOException {
    Path file = resolve(path);
    // RandomAccessFile says of every failure that the file was not found; this tells which it was.
    Files.readAttributes(file, BasicFileAttributes.class);
    try {
      return new LocalInputFile(file.toString(), new RandomAccessFile(file.toFile(), "r"));
    } catch (FileNotFoundException failed) {
      Files.readAttributes(file, BasicFileAttributes.class);
      throw failed;
    }
  }

  @Override
  public InputFile openSealed(String path) throws IOException {
    return mapsReads ? MappedInputFile.open(resolve(path), MappedInputFile.PART_BYTES) : open(path);
  }

  @Override
  public OptionalLong length(String path) throws IOException {
    try {
      return OptionalLong.of(Files.size(resolve(path)));
    } catch (NoSuchFileException missing) {
      return OptionalLong.empty();
    }
  }

  @Override
  public List<FileEntry> list(String directory) throws IOException {
    List<FileEntry> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(resolve(directory))) {
      for (Path path : stream) {
        addEntry(path, entries);
      }
    } catch (NoSuchFileException | NotDirectoryException missing) {
      return List.of();
    } catch (DirectoryIteratorException failed) {
      throw failed.getCause();
    }
    entries.sort(Comparator.comparing(FileEntry::name));
    return List.copyOf(entries);
  }

  private static void addEntry(Path path, List<FileEntry> entries) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      boolean directory = attributes.isDirectory();
      entries.add(
          new FileEntry(
              String.valueOf(path.getFileName()),
              directory,
              directory ? 0 : attributes.size(),
              attributes.lastModifiedTime().toMillis()));
    } catch (NoSuchFileException goneMeanwhile) {
      // A file deleted while its directory is listed is not there.
    }
  }

  @Override
  public boolean publish(String path, byte[] content) throws IOException {
    Path file = resolve(path);
    Path directory = parentOf(file);
    createDirectories(directory);
    Path temporary = temporaryFor(file);
    boolean linked = false;
    try {
      write(temporary, content, true);
      Files.createLink(file, temporary);
      linked = true;
      sync(directory);
    } catch (FileAlreadyExistsException taken) {
      return false;
    } catch (UnsupportedOperationException unlinkable) {
      throw new StoreUnsuitableException(
          file
              + ": the file system has no hard links, so files can't be created exclusively; put"
              + " the table on a file system that has them");
    } finally {
      deleteTemporary(temporary, linked);
    }
    return true;
  }

  /** A temporary file that stays behind harms nobody; it must not hide that the name is there. */
  private static void deleteTemporary(Path temporary, boolean linked) throws IOException {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException failed) {
      if (!linked) {
        throw failed;
      }
    }
  }

  @Override
  public void replace(String path, byte[] content) throws IOException {
    Path file = resolve(path);
    createDirectories(parentOf(file));
    Path temporary = temporaryFor(file);
    try {
      write(temporary, content, false);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  @Override
  public boolean delete(String path) throws IOException {
    return Files.deleteIfExists(resolve(path));
  }

  @Override
  public void syncDirectory(String directory) throws IOException {
    sync(resolve(directory));
  }

  @Override
  public String describe(String path) {
    return resolve(path).toString();
  }

  @Override
  public Closeable lock(String path) throws IOException {
    Path file = resolve(path);
    createDirectories(parentOf(file));
    return LocalLock.take(file);
  }

  @Override
  public void move(String from, String to) throws IOException {
    Path target = resolve(to);
    createDirectories(parentOf(target));
    Files.move(resolve(from), target, StandardCopyOption.ATOMIC_MOVE);
    sync(parentOf(target));
    sync(parentOf(resolve(from)));
  }

  @Override
  public void truncate(String path, long length) throws IOException {
    Path file = resolve(path);
    Files.readAttributes(file, BasicFileAttributes.class); // "rw" would make a missing file
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      opened.setLength(length);
      opened.getFD().sync();
    }
  }

  @Override
  public OutputFile createLog(String path) throws IOException {
    Path file = resolve(path);
    createDirectories(parentOf(file));
    Files.createFile(file);
    return new LocalLogFile(new RandomAccessFile(file.toFile(), "rw"));
  }

  @Override
  public void linkTo(String path, LockableFileStore target, String targetPath) throws IOException {
    if (!(target instanceof LocalFileStore local)) {
      throw new IllegalArgumentException("a local file can only be linked to a local directory");
    }
    Path file = local.resolve(targetPath);
    local.createDirectories(parentOf(file));
    try {
      Files.createLink(file, resolve(path));
      sync(parentOf(file));
    } catch (FileAlreadyExistsException taken) {
      throw taken;
    } catch (UnsupportedOperationException | FileSystemException otherFileSystem) {
      Files.copy(resolve(path), file);
      try (RandomAccessFile copy = new RandomAccessFile(file.toFile(), "rw")) {
        copy.getFD().sync();
      }
      sync(parentOf(file));
    }
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
    return root.resolve(path);
  }

  /**
   * Creates what is missing of a directory's path and makes each name durable: also one below the
   * root that was there, since whoever made it may have died before its own sync.
   */
  private void createDirectories(Path directory) throws IOException {
    boolean exists = Files.isDirectory(directory);
    boolean inside = directory.startsWith(root) && !directory.equals(root);
    if (exists && (!inside || durable.contains(directory))) {
      return;
    }
    Path parent = directory.getParent();
    if (parent != null) {
      createDirectories(parent);
    }
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException raced) {
      if (!Files.isDirectory(directory)) {
        throw new NotDirectoryException(directory.toString());
      }
    }
    if (parent != null) {
      sync(parent);
    }
    durable.add(directory);
  }

  private static void write(Path file, byte[] content, boolean sync) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.write(content);
      if (sync) {
        out.getFD().sync();
      }
    }
  }

  /** An interrupt closes the channel under {@code force}; then the sync is done again, whole. */
  private static void sync(Path directory) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
          channel.force(true);
          return;
        } catch (ClosedByInterruptException again) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Path temporaryFor(Path file) {
    return file.resolveSibling(
        "." + file.getFileName() + "." + UUID.randomUUID() + TEMPORARY_SUFFIX);
  }

  private static Path parentOf(Path file) {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("a file needs a directory: " + file);
    }
    return parent;
  }
}
