package io.varve.table;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.io.FileStore;
import io.varve.table.protocol.LogView;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What has been deleted, as far as a writer attempt knows: it leaves these rows out when it seals
 * or adopts. Reads on in the log at most once between two barriers, and only if a segment is made.
 * Thread-safe.
 */
final class WriterDeletes {

  private final FileCommitLog log;
  private final String writer;
  private volatile boolean stale = true;

  @GuardedBy("this")
  private final LogView view = new LogView();

  @GuardedBy("this")
  private @Nullable TableDirectory of;

  @GuardedBy("this")
  private @Nullable TableDirectory live;

  /**
   * Creates a view of the log.
   *
   * @param writer the attempt's id
   */
  WriterDeletes(FileStore store, String writer) {
    this.log = new FileCommitLog(store);
    this.writer = writer;
  }

  /** Says that there may be news in the log. */
  void barrierPassed() {
    stale = true;
  }

  /** Returns the table without what had been deleted when the log was read last. */
  synchronized TableDirectory live(TableDirectory table) throws IOException {
    TableDirectory known = of == table ? live : null;
    if (stale) {
      stale = false;
      known = null;
      while (!view.advance(log)) {
        // one access to the log at a time
      }
    }
    if (known == null) {
      known = table.withDeletesOf(view.head().state(), writer);
      of = table;
      live = known;
    }
    return known;
  }
}
