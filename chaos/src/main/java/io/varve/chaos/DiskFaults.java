package io.varve.chaos;

import io.varve.testkit.FaultInjectingFileStore.Hook;
import io.varve.testkit.FaultInjectingFileStore.Moment;
import io.varve.testkit.FaultInjectingFileStore.Operation;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The disk's misfortunes, in the process that writes; files in a directory turn them on.
 * Thread-safe.
 *
 * <ul>
 *   <li>{@code slow}, with a number of milliseconds: every write and sync takes up to that long;
 *   <li>{@code full}: there is no space left, where the disk itself can't be filled;
 *   <li>{@code hold}, with {@code BEFORE} or {@code AFTER}: the next commit waits there until the
 *       file is gone, and says in {@code holding} which process that is. How the commit ended is
 *       then in {@code outcome-<process>}: {@code created} or {@code refused}.
 * </ul>
 */
final class DiskFaults implements Hook {

  static final String SLOW = "slow";
  static final String FULL = "full";
  static final String HOLD = "hold";
  static final String HOLDING = "holding";
  static final String OUTCOME = "outcome-";
  static final String CREATED = "created";
  static final String REFUSED = "refused";

  private static final Pattern COMMIT = Pattern.compile("commits/\\d{20}");
  private static final long LONGEST_HOLD_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Path control;
  private final ThreadLocal<@Nullable String> held = new ThreadLocal<>();

  /**
   * Creates the faults.
   *
   * @param control the directory of the files
   */
  DiskFaults(Path control) {
    this.control = control;
  }

  @Override
  public void on(Operation operation, String path, Moment moment) throws IOException {
    noteOutcome(operation, path, moment);
    boolean writes =
        switch (operation) {
          case CREATE, APPEND, WRITE, SYNC, PUBLISH, REPLACE, LINK -> true;
          case CLOSE, OPEN, READ, LENGTH, LIST, DELETE, SYNC_DIRECTORY, MOVE, TRUNCATE, LOCK ->
              false;
        };
    if (writes && moment == Moment.BEFORE) {
      if (Files.exists(control.resolve(FULL))) {
        throw new IOException("No space left on device (a quota, on purpose): " + path);
      }
      beSlow();
    }
    if (operation == Operation.PUBLISH && COMMIT.matcher(path).matches()) {
      hold(path, moment);
    }
  }

  private void beSlow() throws IOException {
    String most = read(control.resolve(SLOW));
    if (!most.isEmpty()) {
      int millis = ThreadLocalRandom.current().nextInt(Integer.parseInt(most) + 1);
      pause(TimeUnit.MILLISECONDS.toNanos(millis));
    }
  }

  private void hold(String path, Moment moment) throws IOException {
    Path order = control.resolve(HOLD);
    if (!read(order).equals(moment.name())) {
      return;
    }
    long process = ProcessHandle.current().pid();
    write(control.resolve(HOLDING), process + " " + path);
    long start = System.nanoTime();
    while (Files.exists(order) && System.nanoTime() - start < LONGEST_HOLD_NANOS) {
      pause(TimeUnit.MILLISECONDS.toNanos(1));
    }
    held.set(moment == Moment.BEFORE ? path : null);
  }

  /** After a held commit comes either the news that it was created, or something else. */
  private void noteOutcome(Operation operation, String path, Moment moment) throws IOException {
    String commit = held.get();
    if (commit == null) {
      return;
    }
    held.remove();
    boolean created =
        operation == Operation.PUBLISH && moment == Moment.AFTER && path.equals(commit);
    write(control.resolve(OUTCOME + ProcessHandle.current().pid()), created ? CREATED : REFUSED);
  }

  /** Returns what a file says, nothing if it is missing; by a stream, as below. */
  private static String read(Path file) throws IOException {
    try (FileInputStream in = new FileInputStream(file.toFile())) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (FileNotFoundException missing) {
      return "";
    }
  }

  /** Appears whole; by a stream, which unlike a channel an interrupt does not close. */
  private static void write(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling("." + file.getFileName());
    try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Waits, also where the thread is interrupted: a slow disk does not get faster by that. */
  private static void pause(long nanos) {
    boolean interrupted = false;
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
