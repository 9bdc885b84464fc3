package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A durable mark that rows are deleted. Immutable.
 *
 * <p>A lasting one holds for its rows for good, whenever they are written: a delete by id. Another
 * holds for the rows that were visible when it was recorded: all rows of writers of earlier epochs,
 * and those of the then reigning epoch's writers in the layers that were visible.
 *
 * @param id its identity
 * @param partition the partition it is limited to; null for the whole table
 * @param condition which rows, in the words of whoever evaluates it
 * @param lasting whether it holds for rows that come later too
 * @param epoch the epoch that reigned when it was recorded
 * @param layers the newest visible layer of each of that epoch's writers; empty if lasting
 * @param replays which later commits repeat rows that it deleted, after a rewind; null if none
 * @param record the number of the record since which it holds for all that it holds for: the one
 *     that brought it, or the newest that widened it; 0 until it is recorded
 */
public record Tombstone(
    String id,
    @Nullable String partition,
    String condition,
    boolean lasting,
    long epoch,
    SortedMap<String, Long> layers,
    @Nullable Replays replays,
    long record) {

  /** The epoch of a writer that nothing is known of: earlier than any other. */
  public static final long EARLIER_EPOCH = -1;

  /**
   * The commits that repeat what a rewind abandoned.
   *
   * @param lineage of this job
   * @param checkpoint up to this checkpoint, the abandoned head's
   */
  public record Replays(String lineage, long checkpoint) {
    /** Checks that nothing is null. */
    public Replays {
      requireNonNull(lineage);
    }
  }

  /** Copies the layers. */
  public Tombstone {
    requireNonNull(id);
    requireNonNull(condition);
    layers = Collections.unmodifiableSortedMap(new TreeMap<>(layers));
  }

  /** Returns a tombstone that holds for good. */
  public static Tombstone lasting(String id, @Nullable String partition, String condition) {
    return new Tombstone(id, partition, condition, true, 0, new TreeMap<>(), null, 0);
  }

  /** Returns a tombstone for the rows that a state shows. */
  public static Tombstone visibleIn(
      TableState state, String id, @Nullable String partition, String condition) {
    return new Tombstone(
        id, partition, condition, false, state.epoch(), state.layers().toSortedMap(), null, 0);
  }

  /**
   * Returns whether it holds for a row that meets its condition.
   *
   * @param writer the attempt that wrote the row
   * @param layer the row's layer
   * @param writerEpoch the epoch in which that writer wrote, as of {@link LogFacts#epochOf}
   */
  public boolean covers(String writer, long layer, long writerEpoch) {
    return layer <= newestCovered(writer, writerEpoch);
  }

  /**
   * Returns the newest layer of a writer whose rows it holds for, as of {@link #covers}; less than
   * any layer if it holds for none.
   */
  public long newestCovered(String writer, long writerEpoch) {
    if (lasting) {
      return Long.MAX_VALUE;
    }
    Long newest = layers.get(writer);
    if (newest != null) {
      return newest;
    }
    if (Truncation.is(this)) {
      return Long.MIN_VALUE; // every writer that had rows in tails is named
    }
    return writerEpoch < epoch ? Long.MAX_VALUE : Long.MIN_VALUE;
  }

  Tombstone replaying(Replays commits) {
    Replays both =
        replays != null
                && replays.lineage().equals(commits.lineage())
                && replays.checkpoint() > commits.checkpoint()
            ? replays
            : commits;
    return new Tombstone(id, partition, condition, lasting, epoch, layers, both, record);
  }

  /** Returns the same as recorded by a record. */
  public Tombstone recordedAt(long number) {
    return new Tombstone(id, partition, condition, lasting, epoch, layers, replays, number);
  }

  /** Takes in what a commit brought, if it repeats deleted rows. */
  Tombstone afterCommit(String lineage, long checkpoint, Map<String, Long> newLayers, long number) {
    if (replays == null || !replays.lineage().equals(lineage)) {
      return this;
    }
    if (checkpoint > replays.checkpoint()) {
      return new Tombstone(id, partition, condition, lasting, epoch, layers, null, record);
    }
    SortedMap<String, Long> all = new TreeMap<>(layers);
    newLayers.forEach((writer, layer) -> all.merge(writer, layer, Math::max));
    return new Tombstone(id, partition, condition, lasting, epoch, all, replays, number);
  }
}
