package io.varve.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.io.FileStore;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Files that are not needed any more and stay a while for readers in other processes. They are
 * deleted in the order in which they came: a file whose successor is gone would count again if the
 * manifests were lost. Thread-safe.
 */
final class Graveyard {

  private final FileStore store;
  private final Clock clock;
  private final Duration grace;

  @GuardedBy("this")
  private final Deque<Grave> graves = new ArrayDeque<>();

  Graveyard(FileStore store, Clock clock, Duration grace) {
    this.store = store;
    this.clock = clock;
    this.grace = grace;
  }

  private record Grave(String path, long dueMillis) {}

  synchronized void add(String path) {
    graves.add(new Grave(path, clock.millis() + grace.toMillis()));
  }

  /** Adds a file that has not been needed since a time. */
  synchronized void addOrphan(String path, long sinceMillis) {
    graves.add(new Grave(path, sinceMillis + grace.toMillis()));
  }

  /** Deletes the files whose time has come. */
  void buryDue() throws IOException {
    bury(clock.millis());
  }

  /** Deletes all files now. */
  void buryAll() throws IOException {
    bury(Long.MAX_VALUE);
  }

  private synchronized void bury(long nowMillis) throws IOException {
    Set<String> directories = new HashSet<>();
    while (!graves.isEmpty() && graves.peek().dueMillis() <= nowMillis) {
      String path = graves.peek().path();
      store.delete(path);
      graves.remove();
      directories.add(path.substring(0, path.lastIndexOf('/')));
    }
    for (String directory : directories) {
      store.syncDirectory(directory);
    }
  }

  /** Returns the number of files that wait. */
  synchronized int size() {
    return graves.size();
  }
}
