package io.varve.table;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.TableState;
import java.io.IOException;

/**
 * What has been deleted, as far as a writer attempt knows: it leaves these rows out when it seals
 * or adopts. Reads on in the log at most once between two barriers, and only if a segment is made.
 * Thread-safe.
 */
final class WriterDeletes {

  private final TableDirectory table;
  private final String writerId;
  private final FileCommitLog log;
  private volatile boolean stale = true;

  @GuardedBy("this")
  private final LogView view = new LogView();

  @GuardedBy("this")
  private TableDirectory live;

  WriterDeletes(TableDirectory table, String writerId) {
    this.table = table;
    this.writerId = writerId;
    this.log = new FileCommitLog(table.store());
    this.live = table;
  }

  /** Says that there may be news in the log. */
  void barrierPassed() {
    stale = true;
  }

  /** Returns the table without what had been deleted when the log was read last. */
  synchronized TableDirectory live() throws IOException {
    if (stale) {
      stale = false;
      while (!view.advance(log)) {
        // one access to the log at a time
      }
      TableState state = view.head().state();
      live = table.withDeletesOf(state.knownTo(writerId));
    }
    return live;
  }
}
