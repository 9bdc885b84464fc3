package io.varve.table;

import io.varve.query.Filter;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.Head;
import io.varve.table.protocol.LogFacts;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.TableState;
import io.varve.table.protocol.Tombstone;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;

/**
 * The event time before which rows are gone for good, those of a table or of some of its
 * partitions. It is a delete like others, which reads and rewrites honour, of a fixed name so that
 * a later one takes its place; and a property, by which it never goes back and segments without
 * older rows are told.
 *
 * <p>The name of one of some partitions has a hash of what tells their rows. So where the rules
 * change, other cutoffs come beside those that are there, and no row comes back.
 */
final class TimeCutoff {

  private static final String NAME = "older-than";
  private static final String OF_PARTITIONS = NAME + ":";
  private static final int HASH_BYTES = 16;
  private static final long STEPS = 100;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private TimeCutoff() {}

  /**
   * Returns the cutoff that a delete is, in nanoseconds since the epoch; {@link Long#MIN_VALUE} if
   * it is none.
   */
  static long of(LogFacts facts, Tombstone tombstone) {
    return is(tombstone) ? of(facts, tombstone.id()) : Long.MIN_VALUE;
  }

  private static long of(LogFacts facts, String name) {
    String nanos = facts.properties().get(name);
    return nanos == null ? Long.MIN_VALUE : Long.parseLong(nanos);
  }

  private static boolean is(Tombstone tombstone) {
    return tombstone.id().equals(NAME) || tombstone.id().startsWith(OF_PARTITIONS);
  }

  /** Returns what drops the rows from before a time; nothing if that is no later than before. */
  static List<Change> changes(TableDirectory table, Head head, long cutoffNanos)
      throws IOException {
    Schema schema = table.asOf(head.number(), head.state()).schema();
    return changes(NAME, Filter.all(), partition -> true, schema, head.state(), cutoffNanos);
  }

  /**
   * Returns what drops the rows that have outlived their time by now: in steps of a hundredth of
   * it, and only where a segment holds such rows.
   */
  static List<Change> expired(TableDirectory table, Head head, UpkeepOptions ttl, long nowMillis)
      throws IOException {
    TableDefinition definition = table.asOf(head.number(), head.state()).definition();
    TtlScopes scopes = TtlScopes.of(definition, ttl.ttlByPartition());
    List<Change> changes = new ArrayList<>();
    for (int i = TtlScopes.OTHERS; i < scopes.count(); i++) {
      int scope = i;
      long millis = scope == TtlScopes.OTHERS ? ttl.ttlMillis() : scopes.rule(scope).millis();
      if (millis == UpkeepOptions.FOREVER) {
        continue;
      }
      long cutoffNanos = cutoffNanos(nowMillis, millis);
      Predicate<String> isIn = partition -> scopes.of(partition) == scope;
      if (holdsOlderRows(head.state(), isIn, cutoffNanos)) {
        Filter rows = scopes.filter(scope);
        String name = scopes.count() == 0 ? NAME : nameOf(rows, definition.schema());
        changes.addAll(changes(name, rows, isIn, definition.schema(), head.state(), cutoffNanos));
      }
    }
    return changes;
  }

  private static long cutoffNanos(long nowMillis, long ttlMillis) {
    long step = Math.max(1, ttlMillis / STEPS);
    long cutoffMillis = Math.floorDiv(nowMillis - ttlMillis, step) * step;
    return Math.multiplyExact(cutoffMillis, NANOS_PER_MILLI);
  }

  private static String nameOf(Filter rows, Schema schema) {
    byte[] condition = DeleteCondition.of(rows, schema).getBytes(StandardCharsets.UTF_8);
    return OF_PARTITIONS + HexFormat.of().formatHex(PartitionPath.sha256(condition), 0, HASH_BYTES);
  }

  private static boolean holdsOlderRows(
      TableState state, Predicate<String> isIn, long cutoffNanos) {
    boolean[] found = {false};
    state
        .partitions()
        .forEach(
            (path, partition) ->
                found[0] |=
                    partition
                            .segments()
                            .anyMatch(
                                segment -> segment.rows() > 0 && segment.minTime() < cutoffNanos)
                        && isIn.test(path));
    return found[0];
  }

  private static List<Change> changes(
      String name,
      Filter rows,
      Predicate<String> isIn,
      Schema schema,
      TableState state,
      long cutoffNanos) {
    if (cutoffNanos <= of(state.facts(), name)) {
      return List.of();
    }
    Filter older = Filter.lt(schema.timeField().name(), cutoffNanos);
    Filter all = rows.equals(Filter.all()) ? older : Filter.and(older, rows);
    List<Change> changes = new ArrayList<>();
    changes.add(new Change.Define(name, Long.toString(cutoffNanos)));
    changes.add(new Change.Delete(Tombstone.lasting(name, null, DeleteCondition.of(all, schema))));
    state
        .partitions()
        .forEach(
            (path, partition) -> {
              List<String> old = new ArrayList<>();
              for (SegmentRef segment : partition.segments().toSortedMap().values()) {
                if (segment.rows() > 0 && segment.maxTime() < cutoffNanos) {
                  old.add(segment.file());
                }
              }
              if (!old.isEmpty() && isIn.test(path)) {
                changes.add(new Change.Replace(path, old, List.of(), List.of(), false));
              }
            });
    return changes;
  }
}
