package io.varve.testkit;

import io.varve.io.CorruptFileException;
import io.varve.io.FileEntry;
import io.varve.io.FileStore;
import io.varve.io.InputFile;
import io.varve.io.OutputFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A file store in memory, which can lose power: then bytes that were not synced are cut or spoiled,
 * and names whose directory was not synced may be gone. Published files are durable at once.
 * Thread-safe.
 */
public final class MemoryFileStore implements FileStore {

  private final TreeMap<String, Stored> files = new TreeMap<>();
  private final long modifiedMillis;
  private final boolean showsOpenFiles;

  private static final class Stored {
    byte[] bytes = new byte[64];
    int size;
    int synced;
    int syncs;
    boolean named;
    long modifiedMillis;
  }

  /** Makes an empty store whose files were all written at the beginning of 1970. */
  public MemoryFileStore() {
    this(0);
  }

  /**
   * Makes an empty store.
   *
   * @param modifiedMillis when files are said to have been written, until {@link #date} says else
   */
  public MemoryFileStore(long modifiedMillis) {
    this(modifiedMillis, true);
  }

  private MemoryFileStore(long modifiedMillis, boolean showsOpenFiles) {
    this.modifiedMillis = modifiedMillis;
    this.showsOpenFiles = showsOpenFiles;
  }

  /** Makes an empty store that says that its files are to be closed before they are there. */
  public static MemoryFileStore ofObjects() {
    return new MemoryFileStore(0, false);
  }

  /** Says that a file was written at a time. */
  public synchronized void date(String path, long millis) throws NoSuchFileException {
    require(path).modifiedMillis = millis;
  }

  /**
   * Loses power: what was promised stays, of the rest some. A file that was synced several times
   * may end with zeros, as a log does that room was made for.
   *
   * @param random decides how much, and which byte of it is spoiled
   */
  public synchronized void losePower(Random random) {
    files.values().removeIf(file -> !file.named && random.nextBoolean());
    for (Stored file : files.values()) {
      int unsynced = file.size - file.synced;
      if (unsynced > 0) {
        file.size = file.synced + random.nextInt(unsynced + 1);
        if (file.size > file.synced && random.nextBoolean()) {
          file.bytes[file.synced + random.nextInt(file.size - file.synced)] ^= 0x55;
        }
      }
      if (file.syncs > 1 && random.nextBoolean()) {
        int room = 1 + random.nextInt(5000);
        file.bytes = Arrays.copyOf(Arrays.copyOf(file.bytes, file.size), file.size + room);
        file.size += room;
      }
      file.synced = file.size;
      file.named = true;
    }
  }

  @Override
  public synchronized OutputFile create(String path) throws FileAlreadyExistsException {
    if (files.containsKey(path)) {
      throw new FileAlreadyExistsException(path);
    }
    Stored file = stored();
    files.put(path, file);
    return new Output(file);
  }

  @Override
  public synchronized OutputFile append(String path, long length)
      throws NoSuchFileException, CorruptFileException {
    Stored file = require(path);
    if (file.size != length) {
      throw new CorruptFileException(
          path + ": is " + file.size + " bytes long, expected " + length);
    }
    return new Output(file);
  }

  private synchronized Stored require(String path) throws NoSuchFileException {
    Stored file = files.get(path);
    if (file == null) {
      throw new NoSuchFileException(path);
    }
    return file;
  }

  @Override
  public InputFile open(String path) throws NoSuchFileException {
    Stored file = require(path);
    return new InputFile() {
      @Override
      public String name() {
        return path;
      }

      @Override
      public long length() {
        synchronized (file) {
          return file.size;
        }
      }

      @Override
      public void read(long position, byte[] into, int offset, int length)
          throws CorruptFileException {
        Objects.checkFromIndexSize(offset, length, into.length);
        synchronized (file) {
          if (position < 0 || position + length > file.size) {
            throw new CorruptFileException(
                path + ": ends at byte " + file.size + ", wanted " + (position + length));
          }
          System.arraycopy(file.bytes, (int) position, into, offset, length);
        }
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public synchronized OptionalLong length(String path) {
    Stored file = files.get(path);
    return file == null ? OptionalLong.empty() : OptionalLong.of(file.size);
  }

  @Override
  public synchronized List<FileEntry> list(String directory) {
    String prefix = directory.isEmpty() ? "" : directory + "/";
    SortedMap<String, FileEntry> entries = new TreeMap<>();
    for (Map.Entry<String, Stored> entry : files.tailMap(prefix).entrySet()) {
      String path = entry.getKey();
      if (!path.startsWith(prefix)) {
        break;
      }
      int slash = path.indexOf('/', prefix.length());
      String name = path.substring(prefix.length(), slash < 0 ? path.length() : slash);
      Stored file = entry.getValue();
      entries.putIfAbsent(
          name,
          slash >= 0
              ? new FileEntry(name, true, 0, 0)
              : new FileEntry(name, false, file.size, file.modifiedMillis));
    }
    return List.copyOf(entries.values());
  }

  @Override
  public synchronized boolean publish(String path, byte[] content) {
    return files.putIfAbsent(path, durable(content)) == null;
  }

  @Override
  public synchronized void replace(String path, byte[] content) {
    files.put(path, durable(content));
  }

  private Stored stored() {
    Stored file = new Stored();
    file.modifiedMillis = modifiedMillis;
    return file;
  }

  private Stored durable(byte[] content) {
    Stored file = stored();
    file.bytes = content.clone();
    file.size = content.length;
    file.synced = content.length;
    file.named = true;
    return file;
  }

  @Override
  public synchronized boolean delete(String path) {
    return files.remove(path) != null;
  }

  @Override
  public synchronized void syncDirectory(String directory) {
    files.forEach(
        (path, file) -> {
          int slash = path.lastIndexOf('/');
          file.named |= path.substring(0, Math.max(0, slash)).equals(directory);
        });
  }

  @Override
  public boolean showsOpenFiles() {
    return showsOpenFiles;
  }

  @Override
  public String describe(String path) {
    return path;
  }

  private static final class Output implements OutputFile {

    private final Stored file;

    Output(Stored file) {
      this.file = file;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      synchronized (file) {
        int needed = Math.addExact(file.size, length);
        if (needed > file.bytes.length) {
          file.bytes = Arrays.copyOf(file.bytes, Math.max(needed, file.bytes.length * 2));
        }
        System.arraycopy(bytes, offset, file.bytes, file.size, length);
        file.size = needed;
      }
    }

    @Override
    public long position() {
      synchronized (file) {
        return file.size;
      }
    }

    @Override
    public void sync() {
      synchronized (file) {
        file.synced = file.size;
        file.syncs++;
      }
    }

    @Override
    public void close() {}
  }
}
