package io.varve.engine;

import io.varve.io.FileEntry;
import io.varve.io.InputFile;
import io.varve.io.LocalFileStore;
import io.varve.io.LockableFileStore;
import io.varve.io.OutputFile;
import io.varve.query.Filter;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process that appends to a log until it is killed, and says on standard output what it does and
 * what has been acknowledged. It stops for good at the n-th operation of a kind, to be killed
 * there.
 */
final class KillChild {

  private KillChild() {}

  /** Runs with: directory, first number, kind of operation, count of it, seed. */
  public static void main(String[] args) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Random random = new Random(Long.parseLong(args[4]));
    Point point = new Point(args[2], Integer.parseInt(args[3]), out);
    LockableFileStore store = new StoppingStore(new LocalFileStore(Path.of(args[0])), point);
    EventLogOptions options = LogEvents.manual().sealRows(300).merge(3, 2000).build();
    int next = Integer.parseInt(args[1]);
    try (EventLog log = EventLog.open(store, options)) {
      while (true) {
        int count = 1 + random.nextInt(100);
        out.println("try " + next + " " + (next + count));
        log.appendBatch(LogEvents.events(next, next + count));
        next += count;
        if (random.nextInt(3) > 0) {
          log.sync();
          out.println("acked " + next);
        }
        look(log, random, next, out);
      }
    }
  }

  private static void look(EventLog log, Random random, int next, PrintStream out)
      throws IOException {
    switch (random.nextInt(8)) {
      case 0 -> log.seal();
      case 1 -> log.merge();
      case 2 -> {
        int victim = random.nextInt(next);
        out.println("deleting " + victim);
        log.delete("id-" + victim);
        out.println("deleted " + victim);
      }
      case 3 -> {
        int victim = random.nextInt(next);
        out.println("deleting " + victim);
        log.erase(Filter.eq("id", "id-" + victim));
        out.println("deleted " + victim);
        out.println("acked " + next); // to erase is to make durable
      }
      default -> {}
    }
  }

  /** Where to stop. */
  private record Point(String kind, AtomicInteger left, PrintStream out) {

    Point(String kind, int count, PrintStream out) {
      this(kind, new AtomicInteger(count), out);
    }

    void pass(String passed) {
      if (passed.equals(kind) && left.decrementAndGet() == 0) {
        out.println("here");
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException never) {
          throw new AssertionError(never);
        }
      }
    }
  }

  /** Files that tell a point what is done to them. */
  private record StoppingStore(LocalFileStore store, Point point) implements LockableFileStore {

    private static String kind(String operation, String path) {
      int slash = path.indexOf('/');
      return operation + " " + (slash < 0 ? path : path.substring(0, slash));
    }

    private OutputFile stopping(String path, OutputFile file) {
      return new OutputFile() {
        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          file.write(bytes, offset, length / 2);
          point.pass(kind("write", path));
          file.write(bytes, offset + length / 2, length - length / 2);
        }

        @Override
        public long position() {
          return file.position();
        }

        @Override
        public void sync() throws IOException {
          point.pass(kind("sync", path));
          file.sync();
        }

        @Override
        public void close() throws IOException {
          file.close();
        }
      };
    }

    @Override
    public OutputFile create(String path) throws IOException {
      return stopping(path, store.create(path));
    }

    @Override
    public OutputFile createLog(String path) throws IOException {
      return stopping(path, store.createLog(path));
    }

    @Override
    public OutputFile append(String path, long length) throws IOException {
      return stopping(path, store.append(path, length));
    }

    @Override
    public InputFile open(String path) throws IOException {
      return store.open(path);
    }

    @Override
    public OptionalLong length(String path) throws IOException {
      return store.length(path);
    }

    @Override
    public List<FileEntry> list(String directory) throws IOException {
      return store.list(directory);
    }

    @Override
    public boolean publish(String path, byte[] content) throws IOException {
      point.pass(kind("publish", path));
      boolean published = store.publish(path, content);
      point.pass(kind("published", path));
      return published;
    }

    @Override
    public void replace(String path, byte[] content) throws IOException {
      store.replace(path, content);
    }

    @Override
    public boolean delete(String path) throws IOException {
      point.pass(kind("delete", path));
      return store.delete(path);
    }

    @Override
    public void syncDirectory(String directory) throws IOException {
      store.syncDirectory(directory);
    }

    @Override
    public String describe(String path) {
      return store.describe(path);
    }

    @Override
    public Closeable lock(String path) throws IOException {
      return store.lock(path);
    }

    @Override
    public void move(String from, String to) throws IOException {
      store.move(from, to);
    }

    @Override
    public void truncate(String path, long length) throws IOException {
      store.truncate(path, length);
    }

    @Override
    public void linkTo(String path, LockableFileStore target, String targetPath)
        throws IOException {
      store.linkTo(path, target, targetPath);
    }
  }
}
