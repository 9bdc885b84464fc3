package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a table shows after one record, and what the protocol remembers of how it came to be.
 * Immutable; a change shares all that it leaves as it was.
 *
 * @param partitions the partitions that have files, by directory
 * @param guests the record numbers of the guests whose rows it holds, by {@link GuestId#key}
 * @param lineages per lineage whose rows it holds the newest commit that brought some, and did not
 *     only rewrite files
 * @param epoch the epoch that reigns
 * @param layers the newest layer of each writer that committed in this epoch
 * @param earlierLayers the newest layer of each writer whose tails were there when this epoch
 *     began, for {@link Truncation}
 * @param facts what holds for the log as a whole
 */
public record TableState(
    PersistentMap<PartitionState> partitions,
    PersistentMap<Long> guests,
    PersistentMap<Last> lineages,
    long epoch,
    PersistentMap<Long> layers,
    PersistentMap<Long> earlierLayers,
    LogFacts facts) {

  /** The state before the first record. */
  public static final TableState EMPTY =
      new TableState(
          PersistentMap.empty(),
          PersistentMap.empty(),
          PersistentMap.empty(),
          0,
          PersistentMap.empty(),
          PersistentMap.empty(),
          LogFacts.EMPTY);

  /** Checks that nothing is null. */
  public TableState {
    requireNonNull(partitions);
    requireNonNull(guests);
    requireNonNull(lineages);
    requireNonNull(layers);
    requireNonNull(earlierLayers);
    requireNonNull(facts);
  }

  /** Returns a partition's state, empty if it has no files. */
  public PartitionState partition(String partition) {
    PartitionState state = partitions.get(partition);
    return state == null ? PartitionState.EMPTY : state;
  }

  /** Returns whether a partition shows this segment. */
  public boolean hasSegment(String partition, String file) {
    return partition(partition).segments().containsKey(file);
  }

  /** Returns what is shown of a tail file in a partition, null if nothing is known of it. */
  public @Nullable TailState tail(String partition, String file) {
    return partition(partition).tails().get(file);
  }

  TableState withPartition(String partition, PartitionState state) {
    return new TableState(
        state.isEmpty() ? partitions.without(partition) : partitions.with(partition, state),
        guests,
        lineages,
        epoch,
        layers,
        earlierLayers,
        facts);
  }

  TableState withFacts(LogFacts newFacts) {
    return new TableState(partitions, guests, lineages, epoch, layers, earlierLayers, newFacts);
  }

  TableState withGuest(GuestId guest, long number) {
    return new TableState(
        partitions,
        guests.with(guest.key(), number),
        lineages,
        epoch,
        layers,
        earlierLayers,
        facts);
  }

  /** Returns whether a lineage's rows are the same in another state, as far as can be told. */
  boolean hasSameRows(String lineage, TableState other) {
    return Objects.equals(lineages.get(lineage), other.lineages.get(lineage));
  }

  TableState withLineage(String lineage, Last newest, FoldedChanges folded) {
    if (!folded.bringsRows()) {
      return this;
    }
    return new TableState(
        partitions, guests, lineages.with(lineage, newest), epoch, layers, earlierLayers, facts);
  }

  TableState withLayers(PersistentMap<Long> newLayers) {
    return new TableState(partitions, guests, lineages, epoch, newLayers, earlierLayers, facts);
  }

  /**
   * Returns the newest layer that was ever committed on this branch of a writer whose tail it has,
   * null for a writer that nothing is known of.
   */
  @Nullable Long newestLayerOf(String writer) {
    Long newest = layers.get(writer);
    return newest == null ? earlierLayers.get(writer) : newest;
  }

  /** Begins an epoch; the layers of writers that left tails are remembered apart. */
  TableState inEpoch(long newEpoch) {
    SortedMap<String, Long> kept = new TreeMap<>();
    partitions.forEach(
        (path, partition) ->
            partition
                .tails()
                .forEach(
                    (file, tail) -> {
                      String writer = TailState.writerOf(file);
                      Long newest = newestLayerOf(writer);
                      if (newest != null) {
                        kept.put(writer, newest);
                      }
                    }));
    return new TableState(
        partitions,
        guests,
        lineages,
        newEpoch,
        PersistentMap.empty(),
        PersistentMap.of(kept),
        facts);
  }
}
