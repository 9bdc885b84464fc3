package io.varve.flink.source;

import io.varve.io.SchemaMismatchException;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.jspecify.annotations.Nullable;

/**
 * Pins one commit, plans its splits, and hands one to each reader that asks, in the plan's order;
 * holds a lease on the commit meanwhile, so that it does not expire. Confined to the coordinator's
 * thread, but for planning, which reads files on another.
 */
final class VarveEnumerator implements SplitEnumerator<VarveSplit, ScanCheckpoint> {

  private final SplitEnumeratorContext<VarveSplit> context;
  private final ScanTarget target;
  private final SchemaCheck check;
  private final ScanCheckpoint restored;
  private final CommitLease lease = new CommitLease();
  private final SortedSet<Integer> waiting = new TreeSet<>();
  private final SortedMap<Integer, VarveSplit> returned = new TreeMap<>();
  private int nextSplit;
  private @Nullable ScanPlan plan;
  private volatile long unassigned;

  /**
   * Creates an enumerator.
   *
   * @param restored what an earlier one remembered, or {@link ScanCheckpoint#UNPLANNED}
   */
  VarveEnumerator(
      SplitEnumeratorContext<VarveSplit> context,
      ScanTarget target,
      SchemaCheck check,
      ScanCheckpoint restored) {
    this.context = context;
    this.target = target;
    this.check = check;
    this.restored = restored;
    this.nextSplit = restored.nextSplit();
    restored.returned().forEach(split -> returned.put(split.number(), split));
  }

  @Override
  public void start() {
    context.metricGroup().setUnassignedSplitsGauge(() -> unassigned);
    int parallelism = context.currentParallelism();
    context.callAsync(() -> makePlan(parallelism), this::planned);
    context.callAsync(
        lease::renew, this::renewed, CommitLease.RENEWAL_MILLIS, CommitLease.RENEWAL_MILLIS);
  }

  private void renewed(@Nullable Boolean held, @Nullable Throwable failure) {
    if (failure != null) {
      throw ScanFailures.toThrow(failure);
    }
  }

  private ScanPlan makePlan(int parallelism) throws IOException {
    TableDirectory table = target.openTable();
    if (!restored.isPlanned()) {
      TableSnapshot snapshot = target.pin(table);
      check(snapshot);
      lease.take(snapshot);
      int blocks = ScanPlan.blocksPerSplit(target.splitRows(), snapshot.rowCount(), parallelism);
      return ScanPlan.of(snapshot, blocks);
    }
    if (!restored.tableId().equals(table.id())) {
      throw new SchemaMismatchException(
          table.store().describe("")
              + ": holds table "
              + table.id()
              + ", but the checkpoint was reading table "
              + restored.tableId()
              + "; restore with that table at this path, or start without the checkpoint");
    }
    TableSnapshot snapshot = TableSnapshot.at(table, restored.commit());
    check(snapshot);
    lease.take(snapshot);
    return ScanPlan.of(snapshot, restored.blocksPerSplit());
  }

  private void check(TableSnapshot snapshot) {
    TableDirectory table = snapshot.table();
    try {
      check.check(table.definition());
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "table " + table.store().describe("") + ": " + wrong.getMessage());
    }
  }

  private void planned(@Nullable ScanPlan made, @Nullable Throwable failure) {
    if (made == null) {
      throw ScanFailures.toThrow(
          failure == null ? new IllegalStateException("no plan was made") : failure);
    }
    plan = made;
    List<Integer> asked = new ArrayList<>(waiting);
    waiting.clear();
    asked.forEach(subtask -> assign(made, subtask));
    countUnassigned(made);
  }

  @Override
  public void handleSplitRequest(int subtask, @Nullable String hostname) {
    ScanPlan made = plan;
    if (made == null) {
      waiting.add(subtask);
    } else {
      assign(made, subtask);
      countUnassigned(made);
    }
  }

  private void assign(ScanPlan made, int subtask) {
    if (!context.registeredReaders().containsKey(subtask)) {
      return; // It failed since it asked, and asks again when it is back.
    }
    if (!returned.isEmpty()) {
      VarveSplit split = returned.remove(returned.firstKey());
      context.assignSplit(split, subtask);
    } else if (nextSplit < made.splits().size()) {
      context.assignSplit(made.splits().get(nextSplit++), subtask);
    } else {
      context.signalNoMoreSplits(subtask);
    }
  }

  private void countUnassigned(ScanPlan made) {
    unassigned = (long) made.splits().size() - nextSplit + returned.size();
  }

  @Override
  public void addSplitsBack(List<VarveSplit> splits, int subtask) {
    splits.forEach(split -> returned.put(split.number(), split));
    waiting.remove(subtask);
    ScanPlan made = plan;
    if (made != null) {
      countUnassigned(made);
    }
  }

  /** Does nothing: readers ask for their splits. */
  @Override
  public void addReader(int subtask) {}

  @Override
  public ScanCheckpoint snapshotState(long checkpointId) {
    ScanPlan made = plan;
    List<VarveSplit> back = List.copyOf(returned.values());
    return made == null
        ? new ScanCheckpoint(
            restored.tableId(), restored.commit(), restored.blocksPerSplit(), nextSplit, back)
        : new ScanCheckpoint(made.tableId(), made.commit(), made.blocksPerSplit(), nextSplit, back);
  }

  /** Gives the commit back, but not before a restart of the job could read it again. */
  @Override
  public void close() {
    lease.close();
  }
}
