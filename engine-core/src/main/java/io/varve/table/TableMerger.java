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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Merges the small segments of a table, as the job that writes to it does in the background, beside
 * that job or where there is none. How large a segment shall be is what the table's options say at
 * the time. A merge whose inputs have gone when it is committed changes nothing. Confined to one
 * thread.
 */
public final class TableMerger {

  private final TableDirectory table;
  private final WriterOptions options;
  private final String who;
  private final LongSupplier clockMillis;
  private final FileCommitLog log;
  private final @Nullable Integer targetRows;

  /**
   * Prepares merges.
   *
   * @param options the target size of segments where the table's options say nothing
   * @param who does it, in words, for the commits
   * @param clockMillis dates the commits
   */
  public TableMerger(
      TableDirectory table, WriterOptions options, String who, LongSupplier clockMillis) {
    this(table, options, who, clockMillis, null);
  }

  private TableMerger(
      TableDirectory table,
      WriterOptions options,
      String who,
      LongSupplier clockMillis,
      @Nullable Integer targetRows) {
    this.table = table;
    this.options = options;
    this.who = who;
    this.clockMillis = clockMillis;
    this.log = new FileCommitLog(table.store());
    this.targetRows = targetRows;
  }

  /** Returns one that makes segments of so many rows at most, whatever the table's options say. */
  public TableMerger withTargetRows(int rows) {
    return new TableMerger(table, options.withTargetRows(rows), who, clockMillis, rows);
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

  /** Is told of each merge when it has been committed. */
  @FunctionalInterface
  public interface Listener {

    /** Takes notice. */
    void merged(Merged merged) throws IOException;
  }

  private WriterOptions optionsOf(TableSnapshot snapshot) {
    WriterOptions told = snapshot.table().options().applyTo(options);
    return targetRows == null ? told : told.withTargetRows(targetRows);
  }

  /** Returns what is worth merging now, at most one plan a partition. */
  public List<Plan> plan() throws IOException {
    try (LeasedSnapshot leased = LeasedSnapshot.latest(table, who, clockMillis)) {
      return plan(leased.snapshot());
    }
  }

  private List<Plan> plan(TableSnapshot snapshot) throws IOException {
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
    WriterOptions now = optionsOf(snapshot);
    List<SegmentRef> small = MergePlan.small(partition, now);
    if (small.isEmpty()) {
      return null;
    }
    double rowBytes = MergePlan.rowBytes(snapshot, path, small);
    List<SegmentRef> chosen = MergePlan.choose(small, now, rowBytes);
    return chosen.isEmpty() ? null : new Plan(path, chosen);
  }

  /**
   * Merges until there is nothing to gain; what is merged may be merged again. Partitions whose
   * segments somebody else takes away meanwhile are left to him.
   *
   * @param most how many merges are tried
   * @param listener is told of each that was committed
   * @throws IOException if a file can't be read or written; what was merged before stays
   */
  public void mergeAll(String why, int most, Listener listener) throws IOException {
    Set<String> contested = new HashSet<>();
    int tried = 0;
    boolean more = true;
    while (more) {
      more = false;
      for (Plan plan : plan()) {
        if (tried == most) {
          return;
        }
        if (contested.contains(plan.partition())) {
          continue;
        }
        tried++;
        more = true;
        Merged merged = merge(plan, why);
        if (merged.commit() == 0) {
          contested.add(plan.partition());
        } else {
          listener.merged(merged);
        }
      }
    }
  }

  /**
   * Merges what a plan names, and commits it.
   *
   * @throws IOException if a file can't be read or written; what was written is then an orphan
   */
  public Merged merge(Plan plan, String why) throws IOException {
    Change.Replace replace;
    try (LeasedSnapshot leased = LeasedSnapshot.latest(table, who, clockMillis)) {
      TableSnapshot snapshot = leased.snapshot();
      Map<String, SegmentRef> there =
          snapshot.state().partition(plan.partition()).segments().toSortedMap();
      if (!plan.segments().stream().allMatch(segment -> there.containsKey(segment.file()))) {
        return new Merged(plan, List.of(), 0);
      }
      long writer = ThreadLocalRandom.current().nextLong();
      replace =
          new SegmentMerger(snapshot, optionsOf(snapshot), writer, () -> false)
              .merge(plan.partition(), plan.segments());
    }
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
