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

/**
 * Merges the small segments of a table on demand, beside the job that writes to it, which it never
 * fences: what that job has merged or rewritten meanwhile is left as it is. Confined to one thread.
 */
public final class TableMerge {

  private final TableDirectory table;
  private final FileCommitLog log;
  private final String who;
  private final LongSupplier clockMillis;
  private final WriterOptions options;

  /**
   * Prepares merges.
   *
   * @param who does it, in words, for the commits
   * @param clockMillis dates the commits
   * @param options the target size of segments
   */
  public TableMerge(
      TableDirectory table, String who, LongSupplier clockMillis, WriterOptions options) {
    this.table = table;
    this.log = new FileCommitLog(table.store());
    this.who = who;
    this.clockMillis = clockMillis;
    this.options = options;
  }

  /**
   * Segments of a partition that are merged, or would be.
   *
   * @param partition the partition's path
   * @param segments how many
   * @param rows in them
   * @param commit the number of the commit that shows the result; 0 if there is none
   */
  public record Merged(String partition, int segments, long rows, long commit) {}

  /** Returns the merges that there are to do now, one for each partition. */
  public List<Merged> plan() throws IOException {
    List<Merged> planned = new ArrayList<>();
    TableSnapshot snapshot = TableSnapshot.latest(table);
    for (String partition : partitions(snapshot).keySet()) {
      List<SegmentRef> inputs = choose(snapshot, partition);
      if (!inputs.isEmpty()) {
        planned.add(new Merged(partition, inputs.size(), rows(inputs), 0));
      }
    }
    return planned;
  }

  /**
   * Merges until there is nothing to gain; each merge is a commit.
   *
   * @param why in words, for the commits
   */
  public List<Merged> merge(String why) throws IOException {
    List<Merged> done = new ArrayList<>();
    for (String partition : partitions(TableSnapshot.latest(table)).keySet()) {
      boolean more = true;
      while (more) {
        TableSnapshot snapshot = TableSnapshot.latest(table);
        List<SegmentRef> inputs = choose(snapshot, partition);
        more = !inputs.isEmpty();
        if (more) {
          long commit = commit(why, merger(snapshot).merge(partition, inputs));
          more = commit > 0;
          if (more) {
            done.add(new Merged(partition, inputs.size(), rows(inputs), commit));
          }
        }
      }
    }
    return done;
  }

  private SegmentMerger merger(TableSnapshot snapshot) {
    return new SegmentMerger(
        snapshot, options, ThreadLocalRandom.current().nextLong(), () -> false);
  }

  /** Commits a merge; returns 0 if somebody else has taken its inputs away. */
  private long commit(String why, Change.Replace merge) throws IOException {
    Author author = new Author(UUID.randomUUID().toString(), who, why);
    return new MaintenanceOperation(
            head -> StateApplier.hasInputs(head.state(), merge) ? List.of(merge) : List.of(),
            author,
            new LogView())
        .run(log, clockMillis, BackOff::await);
  }

  private static Map<String, PartitionState> partitions(TableSnapshot snapshot) {
    return snapshot.state().partitions().toSortedMap();
  }

  private List<SegmentRef> choose(TableSnapshot snapshot, String partition) throws IOException {
    List<SegmentRef> small = MergePlan.small(snapshot.state().partition(partition), options);
    return small.isEmpty()
        ? small
        : MergePlan.choose(small, options, MergePlan.rowBytes(snapshot, partition, small));
  }

  private static long rows(List<SegmentRef> segments) {
    return segments.stream().mapToLong(SegmentRef::rows).sum();
  }
}
