package io.varve.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.io.AlreadyOpenException;
import io.varve.io.CorruptFileException;
import io.varve.io.FileEntry;
import io.varve.io.InputFile;
import io.varve.io.LockableFileStore;
import io.varve.io.OutputFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Files in memory that know what a disk would still have after a crash, and whose k-th operation
 * can be made to fail. Thread-safe.
 */
public final class CrashingFileStore implements LockableFileStore {

  private static final int BLOCK_BYTES = 512;

  @GuardedBy("this")
  private final Map<String, Content> names = new TreeMap<>();

  @GuardedBy("this")
  private final Map<String, Content> durableNames = new TreeMap<>();

  @GuardedBy("this")
  private final Set<String> locked = new HashSet<>();

  @GuardedBy("this")
  private long operations;

  @GuardedBy("this")
  private long failFrom = Long.MAX_VALUE;

  @GuardedBy("this")
  private long failTo;

  @GuardedBy("this")
  private String failure = "";

  /** The bytes of a file, and which of them a crash leaves. */
  private static final class Content {

    private byte[] bytes = new byte[0];
    private int durable; // bytes from the start that have been synced

    byte[] afterCrash(Random random) {
      int unsynced = bytes.length - durable;
      if (unsynced <= 0 || random.nextInt(3) == 0) {
        return Arrays.copyOf(bytes, durable);
      }
      byte[] left = Arrays.copyOf(bytes, durable + random.nextInt(unsynced + 1));
      for (int at = durable; at < left.length; at += BLOCK_BYTES) {
        if (random.nextInt(4) == 0) { // the length was written, the block was not
          Arrays.fill(left, at, Math.min(left.length, at + BLOCK_BYTES), (byte) 0);
        }
      }
      return left;
    }
  }

  /** Creates an empty store. */
  public CrashingFileStore() {}

  /** Makes operations fail, counted from now: all from one on up to another. */
  public synchronized void failOperations(long from, long to, String message) {
    failFrom = operations + from;
    failTo = to == Long.MAX_VALUE ? to : operations + to;
    failure = message;
  }

  /** Lets every operation pass again. */
  public synchronized void heal() {
    failFrom = Long.MAX_VALUE;
  }

  /** Returns how many operations there have been. */
  public synchronized long operations() {
    return operations;
  }

  /** Returns whether an operation has failed. */
  public synchronized boolean hasFailed() {
    return operations > failFrom;
  }

  /**
   * Returns what a disk might have after the machine crashed now: all that was synced, and of the
   * rest whatever chance leaves.
   */
  public synchronized CrashingFileStore crash(Random random) {
    CrashingFileStore after = new CrashingFileStore();
    Set<String> paths = new TreeSet<>(names.keySet());
    paths.addAll(durableNames.keySet());
    for (String path : paths) {
      Content now = names.get(path);
      Content before = durableNames.get(path);
      Content left = now == before || random.nextBoolean() ? now : before;
      if (left != null) {
        after.put(path, left.afterCrash(random));
      }
    }
    return after;
  }

  /** Puts a durable file, for tests that damage one. */
  public synchronized void put(String path, byte[] bytes) {
    Content content = new Content();
    content.bytes = bytes.clone();
    content.durable = bytes.length;
    names.put(path, content);
    durableNames.put(path, content);
  }

  /** Returns a copy of a file. */
  public synchronized byte[] bytes(String path) {
    Content content = names.get(path);
    if (content == null) {
      throw new IllegalArgumentException("no file " + path);
    }
    return content.bytes.clone();
  }

  /** Returns the paths of all files. */
  public synchronized List<String> paths() {
    return List.copyOf(names.keySet());
  }

  @GuardedBy("this")
  private void step() throws IOException {
    long number = operations++;
    if (number >= failFrom && number < failTo) {
      throw new IOException(failure);
    }
  }

  @GuardedBy("this")
  private Content existing(String path) throws NoSuchFileException {
    Content content = names.get(path);
    if (content == null) {
      throw new NoSuchFileException(path);
    }
    return content;
  }

  @Override
  public synchronized OutputFile create(String path) throws IOException {
    step();
    if (names.containsKey(path)) {
      throw new FileAlreadyExistsException(path);
    }
    Content content = new Content();
    names.put(path, content);
    return new Output(content);
  }

  @Override
  public OutputFile createLog(String path) throws IOException {
    return create(path);
  }

  @Override
  public synchronized OutputFile append(String path, long length) throws IOException {
    step();
    Content content = existing(path);
    if (content.bytes.length != length) {
      throw new CorruptFileException(path + ": is " + content.bytes.length + " bytes long");
    }
    return new Output(content);
  }

  @Override
  public synchronized InputFile open(String path) throws IOException {
    step();
    return new Input(path, existing(path));
  }

  @Override
  public synchronized OptionalLong length(String path) {
    Content content = names.get(path);
    return content == null ? OptionalLong.empty() : OptionalLong.of(content.bytes.length);
  }

  @Override
  public synchronized List<FileEntry> list(String directory) throws IOException {
    step();
    String prefix = directory.isEmpty() ? "" : directory + "/";
    TreeMap<String, FileEntry> entries = new TreeMap<>();
    names.forEach(
        (path, content) -> {
          if (path.startsWith(prefix)) {
            String rest = path.substring(prefix.length());
            int slash = rest.indexOf('/');
            String name = slash < 0 ? rest : rest.substring(0, slash);
            entries.put(
                name, new FileEntry(name, slash >= 0, slash < 0 ? content.bytes.length : 0, 0));
          }
        });
    return new ArrayList<>(entries.values());
  }

  @Override
  public synchronized boolean publish(String path, byte[] bytes) throws IOException {
    step();
    if (names.containsKey(path)) {
      return false;
    }
    put(path, bytes);
    step(); // now the outcome is unknown to the caller
    return true;
  }

  @Override
  public synchronized void replace(String path, byte[] bytes) throws IOException {
    step();
    put(path, bytes);
  }

  @Override
  public synchronized boolean delete(String path) throws IOException {
    step();
    return names.remove(path) != null;
  }

  @Override
  public synchronized void syncDirectory(String directory) throws IOException {
    step();
    String prefix = directory + "/";
    Set<String> gone = new HashSet<>(durableNames.keySet());
    gone.removeAll(names.keySet());
    gone.removeIf(path -> !path.startsWith(prefix));
    durableNames.keySet().removeAll(gone);
    for (Map.Entry<String, Content> entry : names.entrySet()) {
      if (entry.getKey().startsWith(prefix)) {
        durableNames.put(entry.getKey(), entry.getValue());
      }
    }
  }

  @Override
  public synchronized Closeable lock(String path) throws IOException {
    if (!locked.add(path)) {
      throw new AlreadyOpenException(path + ": locked by this process");
    }
    return () -> {
      synchronized (this) {
        locked.remove(path);
      }
    };
  }

  @Override
  public synchronized void move(String from, String to) throws IOException {
    step();
    Content content = existing(from);
    names.remove(from);
    durableNames.remove(from);
    names.put(to, content);
    durableNames.put(to, content);
  }

  @Override
  public synchronized void truncate(String path, long length) throws IOException {
    step();
    Content content = existing(path);
    content.bytes = Arrays.copyOf(content.bytes, (int) length);
    content.durable = content.bytes.length;
  }

  @Override
  public synchronized void linkTo(String path, LockableFileStore target, String targetPath)
      throws IOException {
    step();
    ((CrashingFileStore) target).put(targetPath, existing(path).bytes);
  }

  @Override
  public String describe(String path) {
    return "memory/" + path;
  }

  private final class Output implements OutputFile {

    private final Content content;
    private boolean broken;

    Output(Content content) {
      this.content = content;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      synchronized (CrashingFileStore.this) {
        requireWhole();
        broken = true;
        try {
          step();
        } catch (IOException full) {
          add(bytes, offset, length / 2);
          throw full;
        }
        add(bytes, offset, length);
        broken = false;
      }
    }

    private void add(byte[] bytes, int offset, int length) {
      int from = content.bytes.length;
      content.bytes = Arrays.copyOf(content.bytes, from + length);
      System.arraycopy(bytes, offset, content.bytes, from, length);
    }

    @Override
    public long position() {
      synchronized (CrashingFileStore.this) {
        return content.bytes.length;
      }
    }

    @Override
    public void sync() throws IOException {
      synchronized (CrashingFileStore.this) {
        requireWhole();
        broken = true;
        step();
        content.durable = content.bytes.length;
        broken = false;
      }
    }

    private void requireWhole() throws IOException {
      if (broken) {
        throw new IOException("the file is unusable after an earlier write or sync failed");
      }
    }

    @Override
    public void close() {}
  }

  private final class Input implements InputFile {

    private final String path;
    private final Content content;

    Input(String path, Content content) {
      this.path = path;
      this.content = content;
    }

    @Override
    public String name() {
      return path;
    }

    @Override
    public long length() {
      synchronized (CrashingFileStore.this) {
        return content.bytes.length;
      }
    }

    @Override
    public void read(long position, byte[] into, int offset, int length) throws IOException {
      synchronized (CrashingFileStore.this) {
        step();
        if (position + length > content.bytes.length) {
          throw new CorruptFileException(path + ": ends before byte " + (position + length));
        }
        System.arraycopy(content.bytes, (int) position, into, offset, length);
      }
    }

    @Override
    public void close() {}
  }
}
