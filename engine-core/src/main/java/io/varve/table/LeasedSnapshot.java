package io.varve.table;

import io.varve.io.SnapshotExpiredException;
import io.varve.io.StoreUnsuitableException;
import io.varve.io.VarveException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A commit whose files stay while it is read: a lease on it, renewed by a thread of its own until
 * this is closed. Who may not write to the table, or can't because its disk is full, reads all the
 * same, without a lease and at the risk that the commit expires meanwhile. Thread-safe.
 */
public final class LeasedSnapshot implements AutoCloseable {

  private static final int MAX_ATTEMPTS = 100;

  private final TableSnapshot snapshot;
  private final @Nullable ReadLease lease;
  private final CountDownLatch closed = new CountDownLatch(1);

  private LeasedSnapshot(TableSnapshot snapshot, @Nullable ReadLease lease, long renewalMillis) {
    this.snapshot = snapshot;
    this.lease = lease;
    if (lease != null) {
      Thread renewer = new Thread(() -> renew(lease, renewalMillis), "varve-lease");
      renewer.setDaemon(true);
      renewer.start();
    }
  }

  /**
   * Holds the newest commit.
   *
   * @param who reads, in words, for people who look at the lease
   * @param clockMillis the time that expiry goes by too
   */
  public static LeasedSnapshot latest(TableDirectory table, String who, LongSupplier clockMillis)
      throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return of(TableSnapshot.latest(table), who, clockMillis);
      } catch (SnapshotExpiredException overtaken) {
        if (attempt == MAX_ATTEMPTS) {
          throw overtaken;
        }
      }
    }
  }

  /**
   * Holds a commit.
   *
   * @throws SnapshotExpiredException if it is expiring already
   */
  public static LeasedSnapshot of(TableSnapshot snapshot, String who, LongSupplier clockMillis)
      throws IOException {
    return of(snapshot, who, ReadLease.DEFAULT_MILLIS, clockMillis);
  }

  static LeasedSnapshot of(
      TableSnapshot snapshot, String who, long millis, LongSupplier clockMillis)
      throws IOException {
    return new LeasedSnapshot(snapshot, take(snapshot, who, millis, clockMillis), millis / 3);
  }

  private static @Nullable ReadLease take(
      TableSnapshot snapshot, String who, long millis, LongSupplier clockMillis)
      throws IOException {
    try {
      return ReadLease.take(snapshot, who, millis, clockMillis);
    } catch (StoreUnsuitableException readOnly) {
      return null;
    } catch (VarveException known) {
      throw known;
    } catch (IOException notWritten) {
      return null;
    }
  }

  /** Returns the commit. */
  public TableSnapshot snapshot() {
    return snapshot;
  }

  /** Returns whether there is a lease, or one only hopes that the commit lasts. */
  public boolean isLeased() {
    return lease != null;
  }

  private void renew(ReadLease held, long everyMillis) {
    try {
      while (!closed.await(everyMillis, TimeUnit.MILLISECONDS)) {
        try {
          held.renew();
        } catch (SnapshotExpiredException lapsed) {
          return; // as after a suspended machine: whoever reads on is told by what is missing
        } catch (IOException failed) {
          // Two more tries before it lapses.
        } catch (IllegalStateException givenBack) {
          return;
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Gives the lease back; one that can't be given back lapses. */
  @Override
  public void close() {
    closed.countDown();
    if (lease != null) {
      try {
        lease.close();
      } catch (IOException lapses) {
        // Nothing is lost but the time until then.
      }
    }
  }
}
