package io.varve.table;

import io.varve.io.FileStore;
import io.varve.io.SnapshotExpiredException;
import io.varve.table.protocol.LogView;
import java.io.IOException;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * A reader's claim on one commit: while it is valid, expiry leaves the commit and its files alone,
 * and later ones too. A reader that dies stops renewing, and the claim lapses. Thread-safe.
 *
 * <p>Reader and expiry look at the same protocol from two sides: a reader writes its lease, then
 * looks whether the commit has been announced as expiring; expiry announces, then looks for leases.
 * One of the two sees the other. Clocks have to agree to well within the lease's time.
 */
public final class ReadLease implements AutoCloseable {

  /** How long a lease is valid unless it is renewed: fifteen minutes. */
  public static final long DEFAULT_MILLIS = 900_000;

  private final FileStore store;
  private final FileCommitLog log;
  private final LogView view = new LogView();
  private final long record;
  private final String path;
  private final String who;
  private final long millis;
  private final LongSupplier clockMillis;
  private boolean closed;

  private ReadLease(TableSnapshot snapshot, String who, long millis, LongSupplier clockMillis) {
    this.store = snapshot.table().store();
    this.log = new FileCommitLog(store);
    this.record = snapshot.number();
    this.path = TableLayout.lease(record, UUID.randomUUID().toString());
    this.who = who;
    this.millis = millis;
    this.clockMillis = clockMillis;
  }

  /**
   * Takes a lease on a commit.
   *
   * @param who reads, in words, for people who look at the file
   * @param millis how long it is valid; renew it at a third of that
   * @throws SnapshotExpiredException if the commit is expiring already
   * @throws IOException if the lease can't be written; one may read without, at the risk that the
   *     commit expires meanwhile
   */
  public static ReadLease take(
      TableSnapshot snapshot, String who, long millis, LongSupplier clockMillis)
      throws IOException {
    ReadLease lease = new ReadLease(snapshot, who, millis, clockMillis);
    if (lease.record > 0) { // the empty table before the first commit needs no files
      if (!lease.store.publish(lease.path, lease.content(millis))) {
        throw new IllegalStateException("a lease's name was drawn twice: " + lease.path);
      }
      try {
        lease.requireRetained();
      } catch (IOException unknown) {
        lease.giveUp(unknown); // else expiry would wait for somebody who reads without it
        throw unknown;
      }
    }
    return lease;
  }

  private void giveUp(IOException reason) {
    try {
      close();
    } catch (IOException lapses) {
      reason.addSuppressed(lapses);
    }
  }

  /** Returns the number of the commit. */
  public long record() {
    return record;
  }

  /**
   * Makes the lease valid for its whole time again.
   *
   * @throws SnapshotExpiredException if it had lapsed and the commit has begun to expire
   */
  public synchronized void renew() throws IOException {
    if (closed) {
      throw new IllegalStateException("the lease on commit " + record + " has been given back");
    }
    if (record > 0) {
      store.replace(path, content(millis));
      requireRetained();
    }
  }

  private void requireRetained() throws IOException {
    while (!view.advance(log)) {
      // one access to the log at a time
    }
    long expired = view.head().state().facts().expiredThrough();
    if (expired >= record || log.base() >= record) {
      close();
      throw new SnapshotExpiredException(
          store.describe("")
              + ": commit "
              + record
              + " has expired, as have all up to "
              + Math.max(expired, log.base())
              + "; read a newer one, tag those you need to keep, or make the table's history"
              + " longer");
    }
  }

  /**
   * Gives the lease back, but lets it hold a little longer: for a reader that may be restarted at
   * the same commit.
   */
  public synchronized void closeAfter(long graceMillis) throws IOException {
    if (!closed && record > 0) {
      store.replace(path, content(Math.min(graceMillis, millis)));
    }
    closed = true;
  }

  private byte[] content(long validMillis) {
    return LeaseFile.content(clockMillis.getAsLong() + validMillis, who);
  }

  /** Gives the lease back. */
  @Override
  public synchronized void close() throws IOException {
    if (!closed && record > 0) {
      store.delete(path);
    }
    closed = true;
  }
}
