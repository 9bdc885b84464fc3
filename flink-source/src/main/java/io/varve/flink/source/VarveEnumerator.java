package io.varve.flink.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SupportsBatchSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * Pins one commit, plans its splits, and hands one to each reader that asks, near ones first, else
 * in the plan's order; a continuous one then does the same with what later commits show for the
 * first time. Holds a lease meanwhile, so that nothing expires that is still read. Confined to the
 * coordinator's thread, but for planning, which reads files on another.
 */
final class VarveEnumerator
    implements SplitEnumerator<VarveSplit, ScanCheckpoint>, SupportsBatchSnapshot {

  private final SplitEnumeratorContext<VarveSplit> context;
  private final ScanTarget target;
  private final ScanPlanner planner;
  private final ScanCheckpoint restored;
  private final CommitLease lease;

  /** Who asks for a split, and on which host it runs. */
  private final NavigableMap<Integer, String> waiting = new TreeMap<>();

  private final NavigableMap<Long, VarveSplit> returned = new TreeMap<>();

  /** The oldest commit of what each reader reads. */
  private final Map<Integer, Long> reading = new HashMap<>();

  /** Readers that may still have splits of before the restore. */
  private final Set<Integer> restoring = new TreeSet<>();

  /** What must be leased while a checkpoint may be restored, by its id. */
  private final NavigableMap<Long, Long> leasedAt = new TreeMap<>();

  private HandedOut handedOut;
  private @Nullable ScanPlan plan;
  private boolean looking;

  /** What the newest finished checkpoint needs; all that is needed if none was ever begun. */
  private long secured;

  private boolean hasCheckpoints;
  private volatile long unassigned;
  private volatile long lag;

  /** The commit that is read, and the one to hold a lease on, as the other thread sees them. */
  private volatile long committed;

  private volatile long toHold;

  /**
   * Creates an enumerator.
   *
   * @param restored what an earlier one remembered, or {@link ScanCheckpoint#UNPLANNED}
   */
  VarveEnumerator(
      SplitEnumeratorContext<VarveSplit> context,
      ScanTarget target,
      ScanPlanner planner,
      CommitLease lease,
      ScanCheckpoint restored) {
    this.context = context;
    this.target = target;
    this.planner = planner;
    this.restored = restored;
    this.lease = lease;
    this.handedOut = new HandedOut(restored.nextSplit(), restored.ahead());
    this.secured = restored.leased();
    this.toHold = restored.leased();
    this.hasCheckpoints = restored.isPlanned();
    restored.returned().forEach(this::giveBack);
    if (restored.isPlanned()) {
      for (int subtask = 0; subtask < context.currentParallelism(); subtask++) {
        restoring.add(subtask);
      }
    }
  }

  @Override
  public void start() {
    context.metricGroup().setUnassignedSplitsGauge(() -> unassigned);
    context.metricGroup().addGroup("varve").gauge("commitLag", () -> lag);
    context.callAsync(
        () -> restored.isPlanned() ? planner.again(restored) : planner.first(), this::planned);
    context.callAsync(
        this::renew, this::renewed, CommitLease.RENEWAL_MILLIS, CommitLease.RENEWAL_MILLIS);
    if (target.isContinuous()) {
      context.callAsync(
          () -> true,
          (tick, failure) -> look(),
          target.discoveryMillis(),
          target.discoveryMillis());
    }
  }

  private long renew() throws IOException {
    lease.renew();
    planner.hold(toHold);
    return planner.lag(committed);
  }

  private void renewed(@Nullable Long behind, @Nullable Throwable failure) {
    if (failure != null) {
      throw ScanFailures.toThrow(failure);
    }
    lag = behind == null ? 0 : behind;
    updateLease();
  }

  /** Lets go of what no reader, and no checkpoint that may be restored, needs any more. */
  private void updateLease() {
    if (plan != null) {
      toHold = hasCheckpoints ? Math.min(secured, oldest()) : oldest();
    }
  }

  private void planned(@Nullable ScanPlan made, @Nullable Throwable failure) {
    if (made == null) {
      throw ScanFailures.toThrow(
          failure == null ? new IllegalStateException("no plan was made") : failure);
    }
    use(made);
  }

  private void use(ScanPlan made) {
    boolean first = plan == null;
    plan = made;
    committed = made.span().commit();
    if (first && !hasCheckpoints) {
      secured = made.span().oldest();
    }
    updateLease();
    NavigableMap<Integer, String> asked = new TreeMap<>(waiting);
    waiting.clear();
    asked.forEach((subtask, host) -> assign(made, subtask, host.isEmpty() ? null : host));
    unassigned = handedOut.left(made) + returned.size();
  }

  /** Looks for later commits when all before have been handed out. */
  private void look() {
    ScanPlan made = plan;
    if (looking || made == null || unassigned > 0) {
      return;
    }
    looking = true;
    ScanSpan last = made.span();
    context.callAsync(() -> found(last), this::looked);
  }

  /** What a look found: with no plan, nothing. */
  private record Found(@Nullable ScanPlan plan) {}

  private Found found(ScanSpan last) throws IOException {
    return new Found(planner.next(last));
  }

  private void looked(@Nullable Found found, @Nullable Throwable failure) {
    looking = false;
    if (found == null) {
      throw ScanFailures.toThrow(
          failure == null ? new IllegalStateException("no commits were looked for") : failure);
    }
    ScanPlan next = found.plan();
    lag = 0;
    if (next != null) {
      handedOut = new HandedOut(0, 0);
      use(next);
      look(); // more may have come than one plan takes, and a plan may want nothing
    }
  }

  @Override
  public void handleSplitRequest(int subtask, @Nullable String hostname) {
    reading.remove(subtask);
    restoring.remove(subtask);
    ScanPlan made = plan;
    if (made == null) {
      waiting.put(subtask, hostname == null ? "" : hostname);
    } else {
      assign(made, subtask, hostname);
      unassigned = handedOut.left(made) + returned.size();
    }
  }

  private void assign(ScanPlan made, int subtask, @Nullable String host) {
    if (!context.registeredReaders().containsKey(subtask)) {
      return; // It failed since it asked, and asks again when it is back.
    }
    if (!returned.isEmpty()) {
      VarveSplit split = returned.pollFirstEntry().getValue();
      reading.put(subtask, split.commit());
      context.assignSplit(split, subtask);
      return;
    }
    int number = handedOut.take(made, host);
    if (number >= 0) {
      VarveSplit split = made.splits().get(number);
      reading.put(subtask, split.commit());
      context.assignSplit(split, subtask);
    } else if (target.isContinuous()) {
      waiting.put(subtask, host == null ? "" : host);
    } else {
      context.signalNoMoreSplits(subtask);
    }
  }

  private void giveBack(VarveSplit split) {
    returned.put(split.commit() << Integer.SIZE | split.number(), split);
  }

  @Override
  public void addSplitsBack(List<VarveSplit> splits, int subtask) {
    splits.forEach(this::giveBack);
    waiting.remove(subtask);
    reading.put(subtask, secured); // it goes on from a checkpoint, with what it read there
    ScanPlan made = plan;
    if (made == null) {
      return;
    }
    unassigned = handedOut.left(made) + returned.size();
    List<Integer> others = new ArrayList<>(waiting.keySet());
    for (int other : others) { // those of a continuous read wait for work
      if (!returned.isEmpty()) {
        String host = waiting.remove(other);
        assign(made, other, host);
      }
    }
    unassigned = handedOut.left(made) + returned.size();
  }

  /** Does nothing: readers ask for their splits. */
  @Override
  public void addReader(int subtask) {}

  /** Returns the oldest commit that readers, returned splits or the plan need. */
  private long oldest() {
    ScanPlan made = plan;
    long oldest = made == null ? restored.leased() : made.span().oldest();
    for (VarveSplit split : returned.values()) {
      oldest = Math.min(oldest, split.commit());
    }
    for (long its : reading.values()) {
      oldest = Math.min(oldest, its);
    }
    return restoring.isEmpty() ? oldest : Math.min(oldest, restored.leased());
  }

  @Override
  public ScanCheckpoint snapshotState(long checkpointId) {
    ScanPlan made = plan;
    List<VarveSplit> back = List.copyOf(returned.values());
    if (made == null) {
      return new ScanCheckpoint(
          restored.span(),
          restored.blocksPerSplit(),
          restored.nextSplit(),
          restored.ahead(),
          restored.leased(),
          back);
    }
    hasCheckpoints = true;
    leasedAt.put(checkpointId, oldest());
    return new ScanCheckpoint(
        made.span(), made.blocksPerSplit(), handedOut.next(), handedOut.ahead(), oldest(), back);
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) {
    Long leased = leasedAt.get(checkpointId);
    if (leased != null) {
      secured = Math.max(secured, leased);
      leasedAt.headMap(checkpointId, true).clear();
      updateLease();
    }
  }

  /** Gives the commit back, but not before a restart of the job could read it again. */
  @Override
  public void close() {
    lease.close();
  }
}
