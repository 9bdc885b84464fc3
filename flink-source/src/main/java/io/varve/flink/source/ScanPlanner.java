package io.varve.flink.source;

import io.varve.io.SchemaMismatchException;
import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.table.ClosedTime;
import io.varve.table.ScanUnit;
import io.varve.table.TableDirectory;
import io.varve.table.TableFollower;
import io.varve.table.TableSnapshot;
import io.varve.table.UnitPruning;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the table and makes plans. Reads files, so it is called on the enumerator's other
 * thread, one call after the other.
 */
final class ScanPlanner {

  /** The most commits of one plan of what is new. */
  static final int MOST_COMMITS = 1000;

  private static final Logger LOG = LoggerFactory.getLogger(ScanPlanner.class);

  /** Of how many files it is asked where they are: on HDFS that is a request for each. */
  private static final int MOST_LOCATED_FILES = 10_000;

  private final ScanTarget target;
  private final Filter filter;
  private final SchemaCheck check;
  private final CommitLease lease;
  private final int parallelism;
  private @Nullable TableFollower follower;

  ScanPlanner(
      ScanTarget target, Filter filter, SchemaCheck check, CommitLease lease, int parallelism) {
    this.target = target;
    this.filter = filter;
    this.check = check;
    this.lease = lease;
    this.parallelism = parallelism;
  }

  /** Chooses the commit and returns its plan. */
  ScanPlan first() throws IOException {
    TableDirectory table = target.openTable();
    TableSnapshot snapshot = target.commit().of(table);
    long before = before(snapshot);
    if (target.since() == null) {
      check(snapshot);
      lease.take(snapshot);
      ScanSpan span = new ScanSpan(table.id(), ScanSpan.WHOLE, snapshot.number(), before);
      return plan(snapshot.table(), span, snapshot.units(), 0);
    }
    TableSnapshot since = target.since().of(table);
    check(snapshot);
    lease.take(since);
    if (since.number() > snapshot.number()) {
      throw new IllegalArgumentException(
          "there are no commits after "
              + since.number()
              + " up to commit "
              + snapshot.number()
              + ", which is older");
    }
    ScanSpan span = new ScanSpan(table.id(), since.number(), snapshot.number(), before);
    return increment(table, span, 0);
  }

  /** Returns the plan that was made before. */
  ScanPlan again(ScanCheckpoint restored) throws IOException {
    ScanSpan span = restored.span();
    TableDirectory table = target.openTable();
    if (!span.tableId().equals(table.id())) {
      throw new SchemaMismatchException(
          table.store().describe("")
              + ": holds table "
              + table.id()
              + ", but the checkpoint was reading table "
              + span.tableId()
              + "; restore with that table at this path, or start without the checkpoint");
    }
    TableSnapshot snapshot = TableSnapshot.at(table, span.commit());
    check(snapshot);
    long leased = restored.leased();
    lease.take(leased == span.commit() ? snapshot : TableSnapshot.at(table, leased));
    return span.isIncrement()
        ? increment(table, span, restored.blocksPerSplit())
        : plan(snapshot.table(), span, snapshot.units(), restored.blocksPerSplit());
  }

  /** Returns the plan of what is new since a span; null if there are no later commits. */
  @Nullable ScanPlan next(ScanSpan last) throws IOException {
    TableDirectory table = target.openTable();
    TableFollower at = follower;
    if (at == null || at.commit() != last.commit()) {
      at = TableFollower.from(table, last.commit());
    }
    follower = null; // a failure leaves it between two commits
    List<TableFollower.Step> steps = at.next(MOST_COMMITS);
    follower = at;
    if (steps.isEmpty()) {
      return null;
    }
    ScanSpan span = new ScanSpan(table.id(), last.commit(), at.commit(), Long.MAX_VALUE);
    return plan(table.asOf(at.commit()), span, units(steps), 0);
  }

  private ScanPlan increment(TableDirectory table, ScanSpan span, int blocks) throws IOException {
    TableFollower at = TableFollower.from(table, span.from());
    List<ScanUnit> units = units(at.nextTo(span.commit()));
    follower = at;
    return plan(table.asOf(span.commit()), span, units, blocks);
  }

  private static List<ScanUnit> units(List<TableFollower.Step> steps) {
    List<ScanUnit> units = new ArrayList<>();
    steps.forEach(step -> units.addAll(step.units()));
    return units;
  }

  private long before(TableSnapshot snapshot) throws IOException {
    return target.until() == null ? Long.MAX_VALUE : ClosedTime.end(snapshot, target.until());
  }

  private ScanPlan plan(TableDirectory table, ScanSpan span, List<ScanUnit> units, int cut)
      throws IOException {
    long rows = units.stream().mapToLong(ScanUnit::rows).sum();
    int blocks = cut > 0 ? cut : ScanPlan.blocksPerSplit(target.splitRows(), rows, parallelism);
    List<VarveSplit> splits = ScanPlan.splits(span, units, blocks);
    BoundFilter bound =
        BoundFilter.of(ClosedTime.before(filter, span.before(), table.schema()), table.schema());
    UnitPruning pruning = new UnitPruning(bound, table.definition());
    BitSet unwanted = new BitSet();
    for (VarveSplit split : splits) {
      if (!pruning.mayHold(split.unit())) {
        unwanted.set(split.number());
      }
    }
    return new ScanPlan(span, blocks, splits, unwanted, hosts(table, splits, unwanted));
  }

  /** Returns where the files of splits are; nothing where the store does not tell. */
  private static List<List<String>> hosts(
      TableDirectory table, List<VarveSplit> splits, BitSet unwanted) {
    Map<String, List<String>> byFile = new HashMap<>();
    List<List<String>> hosts = new ArrayList<>();
    boolean any = false;
    try {
      for (VarveSplit split : splits) {
        String file = split.unit().file();
        List<String> its = byFile.get(file);
        boolean ask = its == null && byFile.size() < MOST_LOCATED_FILES;
        if (ask && !unwanted.get(split.number())) {
          its =
              table.store().hosts(file).stream()
                  .map(host -> host.toLowerCase(Locale.ROOT))
                  .toList();
          byFile.put(file, its);
          any |= !its.isEmpty();
          if (byFile.size() == 1 && its.isEmpty()) {
            return List.of(); // a store that knows no hosts
          }
        }
        hosts.add(its == null ? List.of() : its);
      }
    } catch (IOException failed) {
      LOG.info("Reading without knowing which hosts are near to the files", failed);
      return List.of();
    }
    return any ? hosts : List.of();
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

  /** Lets the lease go on to a later commit. */
  void hold(long commit) throws IOException {
    if (lease.isBefore(commit)) {
      lease.moveTo(TableSnapshot.at(target.openTable(), commit));
    }
  }

  /** Returns how many commits have been made since one. */
  long lag(long commit) throws IOException {
    return Math.max(0, TableSnapshot.latest(target.openTable()).number() - commit);
  }
}
