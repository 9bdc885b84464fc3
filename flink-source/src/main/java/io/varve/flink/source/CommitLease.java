package io.varve.flink.source;

import io.varve.io.StoreUnsuitableException;
import io.varve.io.VarveException;
import io.varve.table.ReadLease;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An enumerator's hold on the commit that its readers read. A source that may not write to the
 * table reads without one, at the risk that the commit expires meanwhile. Thread-safe.
 */
final class CommitLease implements AutoCloseable {

  /** How often it is renewed. */
  static final long RENEWAL_MILLIS = ReadLease.DEFAULT_MILLIS / 3;

  /**
   * How long it holds after it was closed: Flink closes an enumerator when the job ends, and also
   * before it starts the job again at the same commit.
   */
  static final long GRACE_MILLIS = ReadLease.DEFAULT_MILLIS / 3;

  private static final Logger LOG = LoggerFactory.getLogger(CommitLease.class);

  private @Nullable ReadLease lease;
  private boolean closed;

  /**
   * Takes a lease on a commit.
   *
   * @throws VarveException if the commit is expiring already
   */
  synchronized void take(TableSnapshot snapshot) throws VarveException {
    if (closed) {
      return;
    }
    try {
      lease =
          ReadLease.take(
              snapshot, "a Flink source", ReadLease.DEFAULT_MILLIS, System::currentTimeMillis);
    } catch (StoreUnsuitableException readOnly) {
      LOG.info(
          "Reading commit {} of {} without a lease, which can't be written there",
          snapshot.number(),
          snapshot.table().store().describe(""));
    } catch (VarveException known) {
      throw known;
    } catch (IOException failed) {
      LOG.warn(
          "Reading commit {} of {} without a lease, so that it may expire meanwhile",
          snapshot.number(),
          snapshot.table().store().describe(""),
          failed);
    }
  }

  /** Returns whether a lease is held on a commit before another. */
  synchronized boolean isBefore(long commit) {
    return lease != null && !closed && lease.record() < commit;
  }

  /** Takes a lease on a later commit and gives the one back that was held. */
  synchronized void moveTo(TableSnapshot snapshot) throws VarveException {
    ReadLease held = lease;
    take(snapshot);
    if (held == null || closed || held == lease) {
      return;
    }
    try {
      held.close();
    } catch (IOException failed) {
      LOG.warn("The lease on commit {} was not given back; it lapses", held.record(), failed);
    }
  }

  /**
   * Renews the lease; tries again later if that fails.
   *
   * @return whether it was renewed
   * @throws VarveException if the commit has expired
   */
  synchronized boolean renew() throws VarveException {
    ReadLease held = lease;
    if (held == null || closed) {
      return false;
    }
    try {
      held.renew();
      return true;
    } catch (VarveException known) {
      throw known;
    } catch (IOException failed) {
      LOG.warn("The lease on commit {} could not be renewed yet", held.record(), failed);
      return false;
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    ReadLease held = lease;
    if (held == null) {
      return;
    }
    try {
      held.closeAfter(GRACE_MILLIS);
    } catch (IOException failed) {
      LOG.warn("The lease on commit {} was not given back; it lapses", held.record(), failed);
    }
  }
}
