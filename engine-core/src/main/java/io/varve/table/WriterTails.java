package io.varve.table;

import io.varve.tail.FrameEncoder;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tail files that a writer attempt has open: a few partitions have one each; where there are
 * many, they share one, so that a barrier syncs few files and few are open. Confined to one thread.
 */
final class WriterTails implements AutoCloseable {

  /** Up to so many partitions have files of their own. */
  static final int MAX_OWN = 16;

  private final WriterFiles files;
  private final long maxSharedBytes;
  private final FrameEncoder encoder = new FrameEncoder();
  private final Set<TailFile> open = new LinkedHashSet<>();
  private @Nullable TailFile shared;
  private int own;

  /**
   * Starts without files.
   *
   * @param maxSharedBytes a shared file of more bytes takes in no further partition, lest it be
   *     kept for ever
   */
  WriterTails(WriterFiles files, long maxSharedBytes) {
    this.files = files;
    this.maxSharedBytes = maxSharedBytes;
  }

  /**
   * Finds a file for a partition that has none.
   *
   * @param partitions how many partitions have unsealed rows
   */
  TailRun begin(String partition, int partitions) throws IOException {
    TailFile file = partitions <= MAX_OWN && own < MAX_OWN ? beginOwn(partition) : shared();
    file.addRuns(1);
    return new TailRun(file, partition);
  }

  private TailFile beginOwn(String partition) {
    own++;
    return add(new TailFile(files, encoder, files.nextTail(partition), false));
  }

  private TailFile shared() throws IOException {
    TailFile file = shared;
    if (file == null || file.position() >= maxSharedBytes) {
      if (file != null && file.addRuns(0) == 0) {
        open.remove(file);
        file.close();
      }
      file = add(new TailFile(files, encoder, files.nextSharedTail(), true));
      shared = file;
    }
    return file;
  }

  private TailFile add(TailFile file) {
    open.add(file);
    return file;
  }

  /**
   * Returns whether rows that come after a run was handed over stay in its file. Those of a shared
   * file must: until the run is sealed commits know only one of this partition in that file.
   */
  boolean goesOn(TailRun run) {
    return run.file() == shared && run.file().position() < maxSharedBytes;
  }

  /**
   * Forgets a run whose frames are all sealed; a file that no commit can know of is deleted. A
   * shared file that no run is left in is not gone on with: the table shows it no more, so it may
   * expire, however soon other rows come.
   */
  void end(TailRun run) throws IOException {
    TailFile file = run.file();
    boolean over = file.addRuns(-1) == 0;
    if (over && file == shared) {
      shared = null;
    }
    if (!file.isShared()) {
      own--;
    }
    if (over) {
      open.remove(file);
      file.close();
      if (!file.isShared() && !run.isReported()) {
        files.store().delete(file.path());
      }
    }
  }

  /** Makes everything that was appended durable. */
  void sync() throws IOException {
    for (TailFile file : open) {
      file.sync();
    }
  }

  /** Closes all files. */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (TailFile file : open) {
      try {
        file.close();
      } catch (IOException failed) {
        if (failure == null) {
          failure = failed;
        } else {
          failure.addSuppressed(failed);
        }
      }
    }
    open.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
