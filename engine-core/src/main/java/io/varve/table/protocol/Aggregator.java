package io.varve.table.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes committables of what the writers of one attempt emit, and remembers which of them the log
 * does not show yet. Confined to one thread.
 */
public final class Aggregator {

  private final String tableId;
  private final OpenResult opened;
  private final Rules rules;
  private final TreeMap<Long, Fold> received = new TreeMap<>();
  private final List<Committable> pending = new ArrayList<>();
  private Last last;
  private long watermark;

  /**
   * Creates an aggregator for an attempt that has opened the table.
   *
   * @param tableId the table's id
   * @param opened what the open came to
   */
  public Aggregator(String tableId, OpenResult opened) {
    this(tableId, opened, Rules.ALL);
  }

  Aggregator(String tableId, OpenResult opened, Rules rules) {
    this.tableId = tableId;
    this.opened = opened;
    this.rules = rules;
    this.last = opened.last();
    this.watermark = opened.watermark();
  }

  /**
   * Takes in what a writer emitted.
   *
   * @param checkpoint the checkpoint id that came with it; only told, never relied on
   */
  public void receive(long checkpoint, WriterChanges changes) {
    long key = rules.hold(Rule.FOLD_EVERYTHING) ? 0 : checkpoint;
    received.computeIfAbsent(key, any -> new Fold()).add(changes);
  }

  /**
   * Folds everything received since the last call, at a barrier or at end of input.
   *
   * @param checkpoint the barrier's checkpoint; at end of input the one after the last barrier's
   * @param inputWatermark the combined watermark of the input
   * @return what to commit when that checkpoint completes; null if nothing changed
   * @throws IllegalStateException if a writer emitted changes after its end of input: they would
   *     share the checkpoint id of those before, and one of the two would not be committed
   */
  public @Nullable Committable emit(long checkpoint, long inputWatermark) {
    watermark =
        rules.hold(Rule.WATERMARK_NEVER_FALLS)
            ? Math.max(watermark, inputWatermark)
            : inputWatermark;
    Fold fold = received.remove(rules.hold(Rule.FOLD_EVERYTHING) ? 0L : checkpoint);
    FoldedChanges folded = fold == null ? new Fold().take() : fold.take();
    if (folded.isEmpty()) {
      return null;
    }
    if (last instanceof Last.Commit newest
        && newest.epoch() == opened.epoch()
        && checkpoint <= newest.checkpoint()) {
      throw new IllegalStateException(
          "changes at checkpoint " + checkpoint + " after " + newest + " was emitted");
    }
    Committable committable =
        new Committable(opened.lineage(), opened.epoch(), checkpoint, last, watermark, folded);
    pending.add(committable);
    last = committable.id();
    return committable;
  }

  /**
   * Forgets the committables that the log shows.
   *
   * @param shown where the table stands, as {@link HeadCheck} returned it
   */
  public void forget(Last shown) {
    if (!rules.hold(Rule.PENDING_PRUNED_AS_CHAIN)) {
      pending.removeIf(committable -> committable.id().equals(shown));
      return;
    }
    for (int i = 0; i < pending.size(); i++) {
      if (pending.get(i).id().equals(shown)) {
        pending.subList(0, i + 1).clear();
        return;
      }
    }
  }

  /** Returns what to keep in the checkpoint whose barrier has just been folded. */
  public AggregatorState snapshot() {
    return new AggregatorState(tableId, opened.lineage(), opened.epoch(), last, pending);
  }
}
