package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import io.varve.io.CommitGapException;

/** Computes the state after a record. Stateless but for the rules, thread-safe. */
public final class StateApplier {

  private final Rules rules;

  /** Creates an applier. */
  public StateApplier() {
    this(Rules.ALL);
  }

  StateApplier(Rules rules) {
    this.rules = rules;
  }

  /**
   * Returns the state after a record.
   *
   * @param base the state after the record's base
   * @throws CommitGapException if a seal does not start where its tail is sealed
   */
  public TableState apply(TableState base, CommitRecord record) throws CommitGapException {
    CommitRecord.Body body = record.body();
    if (body instanceof CommitRecord.Open open) {
      return applyOpen(base, record, open);
    }
    if (body instanceof CommitRecord.Data data) {
      TableState state = applyAll(base, data.folded().changes(), record.number());
      state = withLayers(state, data.folded());
      state = state.withLineage(record.reign().lineage(), record.progress().last(), data.folded());
      return repeatDeletes(
          withWriters(state, data.folded(), record.reign().epoch()),
          record.reign().lineage(),
          record.progress().checkpoint(),
          data.folded(),
          record.number());
    }
    if (body instanceof CommitRecord.Guest guest) {
      TableState state = applyAll(base, guest.replaced(), record.number());
      state = applyAll(state, guest.folded().changes(), record.number());
      state = withWriters(state, guest.folded(), record.reign().epoch());
      return withLayers(state, guest.folded()).withGuest(guest.guest(), record.number());
    }
    CommitRecord.Maintenance maintenance = (CommitRecord.Maintenance) body;
    TableState state = applyAll(base, maintenance.changes(), record.number());
    CleanUp cleanUp = maintenance.cleanUp();
    return cleanUp == null
        ? state
        : state.withFacts(state.facts().withCleanUp(cleanUp, record.number()));
  }

  private TableState applyOpen(TableState base, CommitRecord record, CommitRecord.Open open)
      throws CommitGapException {
    LogFacts facts = open.facts();
    TableState state = facts == null ? base : base.withFacts(facts);
    state = state.inEpoch(record.reign().epoch());
    for (Committable committable : open.pending()) {
      state = applyAll(state, committable.folded().changes(), record.number());
      state = withLayers(state, committable.folded());
      state = state.withLineage(committable.lineage(), committable.id(), committable.folded());
      state = withWriters(state, committable.folded(), committable.epoch());
      state =
          repeatDeletes(
              state,
              committable.lineage(),
              committable.checkpoint(),
              committable.folded(),
              record.number());
    }
    return state;
  }

  private TableState applyAll(TableState base, Iterable<? extends Change> changes, long number)
      throws CommitGapException {
    TableState state = base;
    for (Change change : changes) {
      state = apply(state, change, number);
    }
    return state;
  }

  private TableState apply(TableState state, Change change, long number) throws CommitGapException {
    if (change instanceof Change.Extend extend) {
      return extend(state, extend);
    }
    if (change instanceof Change.Seal seal) {
      return seal(state, seal, number);
    }
    if (change instanceof Change.Replace replace) {
      return replace(state, replace);
    }
    if (change instanceof Change.Delete delete) {
      Tombstone tombstone = delete.tombstone().recordedAt(number);
      return state.withFacts(state.facts().withoutSuperseded(tombstone).withTombstone(tombstone));
    }
    if (change instanceof Change.Tag tag) {
      return state.withFacts(state.facts().withTag(tag));
    }
    return state.withFacts(state.facts().withProperty((Change.Define) change));
  }

  private TableState extend(TableState state, Change.Extend extend) {
    TailState tail = state.tail(extend.partition(), extend.file());
    if (tail == null) {
      boolean holds = rules.hold(Rule.EXTEND_SAYS_WHERE_IT_BEGINS);
      TailPosition from = holds ? extend.from() : TailPosition.START;
      tail = new TailState(extend.file(), from, from);
    }
    PartitionState partition = state.partition(extend.partition());
    return state.withPartition(
        extend.partition(), partition.withTail(tail.extendedTo(extend.visibleTo()), false));
  }

  private TableState seal(TableState state, Change.Seal seal, long number)
      throws CommitGapException {
    PartitionState partition = state.partition(seal.partition()).withSegment(seal.segment());
    TailRange range = seal.tail();
    if (range != null) {
      TailState tail = tailOrNew(state, seal.partition(), range.file());
      if (tail.sealedTo().compareTo(range.start()) != 0
          && rules.hold(Rule.SEAL_STARTS_AT_SEALED_TO)) {
        throw new CommitGapException(
            "record "
                + number
                + ": segment "
                + seal.segment().file()
                + " holds the frames "
                + range
                + ", but the table has that tail sealed to "
                + tail.sealedTo()
                + "; something other than its writer has sealed it. Nothing was committed;"
                + " restart the job from its latest checkpoint, and do not run maintenance"
                + " that rewrites tails while the job runs");
      }
      partition = partition.withTail(tail.sealedTo(range.end()), seal.closesTail());
    }
    return state.withPartition(seal.partition(), partition);
  }

  private TableState replace(TableState state, Change.Replace replace) {
    if (!hasInputs(state, replace) && rules.hold(Rule.REPLACE_WITH_MISSING_INPUT_DROPPED)) {
      return state;
    }
    PartitionState partition = state.partition(replace.partition());
    for (String file : replace.segments()) {
      partition = partition.withoutSegment(file);
    }
    for (TailRange range : replace.tails()) {
      TailState tail = tailOrNew(state, replace.partition(), range.file());
      partition = partition.withTail(tail.sealedTo(range.end()), replace.closesTails());
    }
    for (SegmentRef output : replace.outputs()) {
      partition = partition.withSegment(output);
    }
    return state.withPartition(replace.partition(), partition);
  }

  /** Returns whether the state shows everything that a replace takes. */
  public static boolean hasInputs(TableState state, Change.Replace replace) {
    PartitionState partition = state.partition(replace.partition());
    for (String file : replace.segments()) {
      if (!partition.segments().containsKey(file)) {
        return false;
      }
    }
    for (TailRange range : replace.tails()) {
      TailState tail = partition.tails().get(range.file());
      if (tail == null
          || tail.sealedTo().compareTo(range.start()) != 0
          || tail.visibleTo().compareTo(range.end()) < 0) {
        return false;
      }
    }
    return true;
  }

  private static TailState tailOrNew(TableState state, String partition, String file) {
    TailState tail = state.tail(partition, file);
    return tail == null ? new TailState(file, TailPosition.START, TailPosition.START) : tail;
  }

  private static TableState withLayers(TableState state, FoldedChanges folded) {
    PersistentMap<Long> layers = state.layers();
    for (var entry : folded.layers().entrySet()) {
      layers = layers.with(entry.getKey(), entry.getValue());
    }
    return state.withLayers(layers);
  }

  private static TableState withWriters(TableState state, FoldedChanges folded, long epoch) {
    return state.withFacts(state.facts().withWriters(folded.layers().keySet(), epoch));
  }

  /** Lets deletions take in the rows of a commit that repeats what a rewind abandoned. */
  private static TableState repeatDeletes(
      TableState state, String lineage, long checkpoint, FoldedChanges folded, long number) {
    LogFacts facts = state.facts();
    for (String id : facts.repeating()) {
      Tombstone tombstone = requireNonNull(facts.tombstones().get(id));
      facts =
          facts.withTombstone(tombstone.afterCommit(lineage, checkpoint, folded.layers(), number));
    }
    return state.withFacts(facts);
  }
}
