package io.varve.testkit;

import io.varve.io.FileEntry;
import io.varve.io.FileStore;
import io.varve.io.InputFile;
import io.varve.io.LockableFileStore;
import io.varve.io.OutputFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file store that tells a hook before and after each call of another store; the hook may throw,
 * and so make the call fail before it did anything or after it did everything. What only a {@link
 * LockableFileStore} can do needs one below. As thread-safe as the hook.
 */
public final class FaultInjectingFileStore implements LockableFileStore {

  private final FileStore store;
  private final Hook hook;
  private final Map<Input, String> openForReading = new ConcurrentHashMap<>();

  /**
   * Creates a store.
   *
   * @param store does the work
   * @param hook is told of it
   */
  public FaultInjectingFileStore(FileStore store, Hook hook) {
    this.store = store;
    this.hook = hook;
  }

  /** What a call does. Those of open files are told with the path of the file. */
  public enum Operation {
    /** A new file. */
    CREATE,
    /** {@link FileStore#append}. */
    APPEND,
    /** {@link OutputFile#close}. */
    CLOSE,
    /** More bytes for a new file. */
    WRITE,
    /** A new file's bytes become durable. */
    SYNC,
    /** A file is opened for reading. */
    OPEN,
    /** Bytes are read. */
    READ,
    /** A file's length. */
    LENGTH,
    /** What is in a directory. */
    LIST,
    /** A whole file, exclusively. After it is told only where this call made the file. */
    PUBLISH,
    /** A whole file in the place of another. */
    REPLACE,
    /** A file goes. */
    DELETE,
    /** A directory's names become durable. */
    SYNC_DIRECTORY,
    /** A file gets another name; told with the old one. */
    MOVE,
    /** A file is cut. */
    TRUNCATE,
    /** A lock is taken. */
    LOCK,
    /** A file appears in another store too. */
    LINK
  }

  /** Whether the call is still to be done. */
  public enum Moment {
    /** Nothing has been done. */
    BEFORE,
    /** All has been done. */
    AFTER
  }

  /** Is told of each call, on the thread that makes it. */
  @FunctionalInterface
  public interface Hook {
    /**
     * Takes notice.
     *
     * @throws IOException in the place of the call's own result
     */
    void on(Operation operation, String path, Moment moment) throws IOException;
  }

  @Override
  public OutputFile create(String path) throws IOException {
    before(Operation.CREATE, path);
    OutputFile file = store.create(path);
    after(Operation.CREATE, path);
    return new Output(path, file);
  }

  @Override
  public OutputFile append(String path, long length) throws IOException {
    before(Operation.APPEND, path);
    OutputFile file = store.append(path, length);
    after(Operation.APPEND, path);
    return new Output(path, file);
  }

  @Override
  public InputFile open(String path) throws IOException {
    before(Operation.OPEN, path);
    InputFile file = store.open(path);
    after(Operation.OPEN, path);
    Input input = new Input(path, file);
    openForReading.put(input, path);
    return input;
  }

  /** Returns the files below a directory that are open for reading, as often as each is. */
  public List<String> openForReading(String directory) {
    return openForReading.values().stream()
        .filter(path -> path.startsWith(directory + "/"))
        .sorted()
        .toList();
  }

  @Override
  public OptionalLong length(String path) throws IOException {
    before(Operation.LENGTH, path);
    OptionalLong length = store.length(path);
    after(Operation.LENGTH, path);
    return length;
  }

  @Override
  public List<FileEntry> list(String directory) throws IOException {
    before(Operation.LIST, directory);
    List<FileEntry> entries = store.list(directory);
    after(Operation.LIST, directory);
    return entries;
  }

  @Override
  public boolean publish(String path, byte[] content) throws IOException {
    before(Operation.PUBLISH, path);
    boolean published = store.publish(path, content);
    if (published) {
      after(Operation.PUBLISH, path);
    }
    return published;
  }

  @Override
  public void replace(String path, byte[] content) throws IOException {
    before(Operation.REPLACE, path);
    store.replace(path, content);
    after(Operation.REPLACE, path);
  }

  @Override
  public boolean delete(String path) throws IOException {
    before(Operation.DELETE, path);
    boolean deleted = store.delete(path);
    after(Operation.DELETE, path);
    return deleted;
  }

  @Override
  public void syncDirectory(String directory) throws IOException {
    before(Operation.SYNC_DIRECTORY, directory);
    store.syncDirectory(directory);
    after(Operation.SYNC_DIRECTORY, directory);
  }

  private LockableFileStore lockable() {
    if (store instanceof LockableFileStore lockable) {
      return lockable;
    }
    throw new UnsupportedOperationException("the store below is no LockableFileStore");
  }

  @Override
  public Closeable lock(String path) throws IOException {
    before(Operation.LOCK, path);
    Closeable lock = lockable().lock(path);
    after(Operation.LOCK, path);
    return lock;
  }

  @Override
  public void move(String from, String to) throws IOException {
    before(Operation.MOVE, from);
    lockable().move(from, to);
    after(Operation.MOVE, from);
  }

  @Override
  public void truncate(String path, long length) throws IOException {
    before(Operation.TRUNCATE, path);
    lockable().truncate(path, length);
    after(Operation.TRUNCATE, path);
  }

  @Override
  public OutputFile createLog(String path) throws IOException {
    before(Operation.CREATE, path);
    OutputFile file = lockable().createLog(path);
    after(Operation.CREATE, path);
    return new Output(path, file);
  }

  @Override
  public void linkTo(String path, LockableFileStore target, String targetPath) throws IOException {
    before(Operation.LINK, path);
    lockable().linkTo(path, target, targetPath);
    after(Operation.LINK, path);
  }

  @Override
  public boolean showsOpenFiles() {
    return store.showsOpenFiles();
  }

  @Override
  public String describe(String path) {
    return store.describe(path);
  }

  private void before(Operation operation, String path) throws IOException {
    hook.on(operation, path, Moment.BEFORE);
  }

  private void after(Operation operation, String path) throws IOException {
    hook.on(operation, path, Moment.AFTER);
  }

  private final class Output implements OutputFile {

    private final String path;
    private final OutputFile file;

    Output(String path, OutputFile file) {
      this.path = path;
      this.file = file;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      before(Operation.WRITE, path);
      file.write(bytes, offset, length);
      after(Operation.WRITE, path);
    }

    @Override
    public long position() {
      return file.position();
    }

    @Override
    public void sync() throws IOException {
      before(Operation.SYNC, path);
      file.sync();
      after(Operation.SYNC, path);
    }

    @Override
    public void close() throws IOException {
      before(Operation.CLOSE, path);
      file.close();
      after(Operation.CLOSE, path);
    }
  }

  private final class Input implements InputFile {

    private final String path;
    private final InputFile file;

    Input(String path, InputFile file) {
      this.path = path;
      this.file = file;
    }

    @Override
    public String name() {
      return file.name();
    }

    @Override
    public long length() throws IOException {
      return file.length();
    }

    @Override
    public void read(long position, byte[] into, int offset, int length) throws IOException {
      before(Operation.READ, path);
      file.read(position, into, offset, length);
      after(Operation.READ, path);
    }

    @Override
    public void close() throws IOException {
      openForReading.remove(this);
      file.close();
    }
  }
}
