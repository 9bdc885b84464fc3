package io.varve.flink.sink;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.jspecify.annotations.Nullable;

/**
 * An object store over local directories, scheme {@code objects}: an object is there when its
 * stream is closed, over any that was there before; nothing is renamed, nothing synced. One object
 * can be made to fail, before it is there or after.
 */
final class ObjectFileSystem extends LocalFileSystem {

  private static volatile @Nullable String site;
  private static volatile @Nullable CyclicBarrier meeting;

  /** Makes it for Flink. */
  public static final class Factory implements FileSystemFactory {

    @Override
    public String getScheme() {
      return "objects";
    }

    @Override
    public FileSystem create(URI uri) {
      return new ObjectFileSystem();
    }
  }

  /** Lets one object fail: {@code BEFORE} or {@code AFTER} and what its path matches; once. */
  static void failAt(String moment) {
    site = moment;
  }

  static boolean hasStruck() {
    return site == null;
  }

  /** Lets two who are about to make a table's description wait for each other. */
  static void letTwoCreateTheTableAtOnce() {
    meeting = new CyclicBarrier(2, () -> meeting = null);
  }

  static boolean twoHaveMet() {
    return meeting == null;
  }

  private static void meet(java.nio.file.Path path) throws IOException {
    CyclicBarrier other = meeting;
    if (other != null && path.endsWith("table.json")) {
      try {
        other.await(30, TimeUnit.SECONDS);
      } catch (InterruptedException | BrokenBarrierException | TimeoutException alone) {
        throw new IOException("nobody else creates the table", alone);
      }
    }
  }

  private static synchronized void reach(String moment) throws IOException {
    String wanted = site;
    if (wanted != null && moment.matches(wanted)) {
      site = null;
      throw new IOException("the object store fails " + moment);
    }
  }

  @Override
  public FSDataOutputStream create(Path path, WriteMode mode) {
    return new ObjectStream(java.nio.file.Path.of(path.getPath()));
  }

  @Override
  public boolean rename(Path from, Path to) {
    throw new UnsupportedOperationException("objects are not renamed");
  }

  private static final class ObjectStream extends FSDataOutputStream {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final java.nio.file.Path path;
    private boolean closed;

    ObjectStream(java.nio.file.Path path) {
      this.path = path;
    }

    @Override
    public long getPos() {
      return bytes.size();
    }

    @Override
    public void write(int b) {
      bytes.write(b);
    }

    @Override
    public void write(byte[] from, int offset, int length) {
      bytes.write(from, offset, length);
    }

    @Override
    public void flush() {
      throw new UnsupportedOperationException("nothing of an object shows before it is closed");
    }

    @Override
    public void sync() {
      throw new UnsupportedOperationException("an object is durable when it is closed");
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      meet(path);
      reach("BEFORE " + path);
      Files.createDirectories(path.getParent());
      java.nio.file.Path whole = Files.createTempFile("object", "");
      Files.write(whole, bytes.toByteArray());
      Files.move(whole, path, StandardCopyOption.ATOMIC_MOVE);
      reach("AFTER " + path);
    }
  }
}
