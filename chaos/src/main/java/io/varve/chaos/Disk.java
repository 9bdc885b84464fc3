package io.varve.chaos;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The disk that the table is on: a small file system of its own where this process may mount one,
 * else a directory with a quota that the file store keeps. Confined to one thread.
 */
final class Disk {

  /** Says, by {@code bin/varve-chaos}, if this process has mounts of its own, which end with it. */
  private static final String NAMESPACE = "VARVE_CHAOS_NAMESPACE";

  private static final String OWN = "own";

  private static final int BLOCK_BYTES = 1 << 16;

  private final Sandbox sandbox;
  private final boolean mounted;

  private Disk(Sandbox sandbox, boolean mounted) {
    this.sandbox = sandbox;
    this.mounted = mounted;
  }

  static Disk create(Sandbox sandbox, int megabytes) throws IOException {
    Files.createDirectories(sandbox.disk());
    Files.createDirectories(sandbox.control());
    return new Disk(sandbox, OWN.equals(System.getenv(NAMESPACE)) && mount(sandbox, megabytes));
  }

  private static boolean mount(Sandbox sandbox, int megabytes) {
    String size = "size=" + megabytes + "m";
    String directory = sandbox.disk().toString();
    try {
      Shell.run(
          Duration.ofSeconds(10),
          List.of("mount", "-t", "tmpfs", "-o", size, "varve-chaos", directory));
      return true;
    } catch (IOException forbidden) {
      return false;
    }
  }

  /** Says what kind of disk it is. */
  @Override
  public String toString() {
    return mounted ? "a file system in memory" : "a directory with a quota";
  }

  /** Leaves no byte of space. */
  void fill() throws IOException {
    if (!mounted) {
      Files.createFile(control(DiskFaults.FULL));
      return;
    }
    byte[] block = new byte[BLOCK_BYTES];
    try (OutputStream filler = new FileOutputStream(filler().toFile())) {
      for (int length = BLOCK_BYTES; length > 0; ) {
        try {
          filler.write(block, 0, length);
        } catch (IOException full) {
          length /= 2;
        }
      }
    }
  }

  /** Gives the space back. */
  void free() throws IOException {
    Files.deleteIfExists(mounted ? filler() : control(DiskFaults.FULL));
  }

  /** Copies the table to where it outlives this process. */
  void keep() throws IOException {
    if (mounted && Files.exists(sandbox.table())) {
      Path copy = sandbox.root().resolve("table");
      Shell.run(
          Duration.ofMinutes(1), List.of("cp", "-a", sandbox.table().toString(), copy.toString()));
    }
  }

  /** Unmounts it, if it was mounted. */
  void remove() throws IOException {
    if (mounted) {
      Shell.run(Duration.ofSeconds(10), List.of("umount", sandbox.disk().toString()));
    }
  }

  private Path filler() {
    return sandbox.disk().resolve("filler");
  }

  /** Makes every write and sync take up to so long. */
  void slowDown(int mostMillis) throws IOException {
    Files.writeString(control(DiskFaults.SLOW), String.valueOf(mostMillis));
  }

  /** Ends {@link #slowDown}. */
  void speedUp() throws IOException {
    Files.deleteIfExists(control(DiskFaults.SLOW));
  }

  private Path control(String name) {
    return sandbox.control().resolve(name);
  }
}
