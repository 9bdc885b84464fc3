package io.varve.table;

import io.varve.table.protocol.Author;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.MaintenanceOperation;
import io.varve.table.protocol.PartitionState;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.StateApplier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Merges the small segments of a table, as the job that writes to it does in the background, beside
 * that job or where there is none. A merge whose inputs have gone when it is committed changes
 * nothing. Confined to one thread.
 */
public final class TableMerger {

  private final TableDirectory table;
  private final WriterOptions options;
  private final String who;
  private final LongSupplier clockMillis;
  private final FileCommitLog log;

  /**
   * Prepares merges.
   *
   * @param options the target size of segments
   * @param who does it, in words, for the commits
   * @param clockMillis dates the commits
   */
  public TableMerger(
      TableDirectory table, WriterOptions options, String who, LongSupplier clockMillis) {
    this.table = table;
    this.options = options;
    this.who = who;
    this.clockMillis = clockMillis;
    this.log = new FileCommitLog(table.store());
  }

  /**
   * Segments to be merged, neighbours in time.
   *
   * @param partition their partition
   * @param segments what goes
   */
  public record Plan(String partition, List<SegmentRef> segments) {

    /** Copies the list. */
    public Plan {
      segments = List.copyOf(segments);
    }

    /** Returns how many rows they have, with those that are deleted. */
    public long rows() {
      return segments.stream().mapToLong(SegmentRef::rows).sum();
    }

    /** Returns the length of the segments together. */
    public long bytes() {
      return segments.stream().mapToLong(SegmentRef::bytes).sum();
    }
  }

  /**
   * What a merge did.
   *
   * @param plan what went
   * @param outputs what came; none if every row had been deleted
   * @param commit the number of the commit; 0 if an input had gone, and nothing was changed
   */
  public record Merged(Plan plan, List<SegmentRef> outputs, long commit) {

    /** Copies the list. */
    public Merged {
      outputs = List.copyOf(outputs);
    }
  }

  /** Returns what is worth merging now, at most one plan a partition. */
  public List<Plan> plan() throws IOException {
    TableSnapshot snapshot = TableSnapshot.latest(table);
    List<Plan> plans = new ArrayList<>();
    for (String partition : snapshot.state().partitions().toSortedMap().keySet()) {
      Plan plan = plan(snapshot, partition);
      if (plan != null) {
        plans.add(plan);
      }
    }
    return plans;
  }

  private @Nullable Plan plan(TableSnapshot snapshot, String path) throws IOException {
    PartitionState partition = snapshot.state().partition(path);
    List<SegmentRef> small = MergePlan.small(partition, options);
    if (small.isEmpty()) {
      return null;
    }
    double rowBytes = MergePlan.rowBytes(snapshot, path, small);
    List<SegmentRef> chosen = MergePlan.choose(small, options, rowBytes);
    return chosen.isEmpty() ? null : new Plan(path, chosen);
  }

  /**
   * Merges what a plan names, and commits it.
   *
   * @throws IOException if a file can't be read or written; what was written is then an orphan
   */
  public Merged merge(Plan plan, String why) throws IOException {
    TableSnapshot snapshot = TableSnapshot.latest(table);
    Map<String, SegmentRef> there =
        snapshot.state().partition(plan.partition()).segments().toSortedMap();
    if (!plan.segments().stream().allMatch(segment -> there.containsKey(segment.file()))) {
      return new Merged(plan, List.of(), 0);
    }
    long writer = ThreadLocalRandom.current().nextLong();
    Change.Replace replace =
        new SegmentMerger(snapshot, options, writer, () -> false)
            .merge(plan.partition(), plan.segments());
    Author author = new Author(UUID.randomUUID().toString(), who, why);
    long commit =
        new MaintenanceOperation(
                head ->
                    StateApplier.hasInputs(head.state(), replace) ? List.of(replace) : List.of(),
                author,
                new LogView())
            .run(log, clockMillis, BackOff::await);
    return new Merged(plan, replace.outputs(), commit);
  }
}
