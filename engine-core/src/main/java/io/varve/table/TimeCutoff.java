package io.varve.table;

import io.varve.query.Filter;
import io.varve.schema.Schema;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.Head;
import io.varve.table.protocol.LogFacts;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.TableState;
import io.varve.table.protocol.Tombstone;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The event time before which a table's rows are gone for good. It is a delete like others, which
 * reads and rewrites honour, of a fixed name so that a later one takes its place; and a property,
 * by which it never goes back and segments without older rows are told.
 */
final class TimeCutoff {

  private static final String NAME = "older-than";

  private TimeCutoff() {}

  /** Returns the cutoff in nanoseconds since the epoch, {@link Long#MIN_VALUE} if there is none. */
  static long of(LogFacts facts) {
    String nanos = facts.properties().get(NAME);
    return nanos == null ? Long.MIN_VALUE : Long.parseLong(nanos);
  }

  /** Returns whether a delete is a cutoff. */
  static boolean is(Tombstone tombstone) {
    return tombstone.id().equals(NAME);
  }

  /** Returns whether a segment holds rows from before a time that are not cut off yet. */
  static boolean holdsOlderRows(TableState state, long cutoffNanos) {
    boolean[] found = {false};
    state
        .partitions()
        .forEach(
            (path, partition) ->
                found[0] |=
                    partition
                        .segments()
                        .anyMatch(
                            segment -> segment.rows() > 0 && segment.minTime() < cutoffNanos));
    return found[0];
  }

  /** Returns what drops the rows from before a time; nothing if that is no later than before. */
  static List<Change> changes(TableDirectory table, Head head, long cutoffNanos)
      throws IOException {
    if (cutoffNanos <= of(head.state().facts())) {
      return List.of();
    }
    Schema schema = table.asOf(head.number(), head.state()).schema();
    Filter older = Filter.lt(schema.timeField().name(), cutoffNanos);
    String condition = DeleteCondition.of(older, schema);
    List<Change> changes = new ArrayList<>();
    changes.add(new Change.Define(NAME, Long.toString(cutoffNanos)));
    changes.add(new Change.Delete(Tombstone.lasting(NAME, null, condition)));
    head.state()
        .partitions()
        .forEach(
            (path, partition) -> {
              List<String> old = new ArrayList<>();
              for (SegmentRef segment : partition.segments().toSortedMap().values()) {
                if (segment.rows() > 0 && segment.maxTime() < cutoffNanos) {
                  old.add(segment.file());
                }
              }
              if (!old.isEmpty()) {
                changes.add(new Change.Replace(path, old, List.of(), List.of(), false));
              }
            });
    return changes;
  }
}
