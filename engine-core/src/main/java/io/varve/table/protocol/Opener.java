package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import io.varve.io.CommitGapException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides what an open makes of a table. Stateless but for the rules. */
final class Opener {

  private final OpenRequest request;
  private final Author author;
  private final Rules rules;

  Opener(OpenRequest request, Author author, Rules rules) {
    this.request = request;
    this.author = author;
    this.rules = rules;
  }

  /** What an open comes to. */
  sealed interface Decision {}

  /** A record is to be created. */
  record Accepted(Head next, Set<String> newFiles, OpenResult result) implements Decision {}

  /** The table may not be opened so. */
  record Refused(Refusal refusal, String message) implements Decision {}

  /** The record that a state continues, the state after it, and what comes on top. */
  record Parent(Head head, List<Committable> pending) {}

  /** Returns the refusal that the head alone calls for, null if none. */
  @Nullable Refused refuseByHead(CommitRecord head) {
    AggregatorState state = request.state();
    Reign reign = head.reign();
    if (state != null && !state.tableId().equals(request.tableId())) {
      return refused(
          Refusal.OTHER_TABLE,
          "the restored state belongs to table "
              + state.tableId()
              + ", this is table "
              + request.tableId()
              + ". Point the job at its own table, or start it without this state");
    }
    if (request.run().isOlderThan(reign.run()) && rules.hold(Rule.OLDER_RUN_REFUSED)) {
      return refused(
          Refusal.OLDER_RUN,
          "this run was submitted at "
              + time(request.run().timeMillis())
              + ", but "
              + reign.openedBy()
              + ", submitted at "
              + time(reign.run().timeMillis())
              + ", has taken the table over at "
              + time(reign.openTimeMillis())
              + ". Stop one of the two; to go on with this job, submit it again. If this one is"
              + " the newer, the clocks of the submitting hosts disagree: correct them. If the two"
              + " are sinks of one job, unite the streams before one sink");
    }
    if (!request.run().equals(reign.run())) {
      return null;
    }
    if (!request.sinkId().equals(reign.sinkId()) && rules.hold(Rule.SECOND_SINK_REFUSED)) {
      return refused(
          Refusal.SECOND_SINK,
          "sink "
              + reign.sinkId()
              + " of the same job writes to this table already; "
              + request.sinkId()
              + " is a second one. Unite the streams before one sink");
    }
    if (request.restoredCheckpoint() < head.progress().checkpoint()
        && rules.hold(Rule.OWN_RUN_BEHIND_REFUSED)) {
      return refused(
          Refusal.OWN_RUN_BEHIND,
          "this attempt starts from checkpoint "
              + request.restoredCheckpoint()
              + ", but the same run has committed checkpoint "
              + head.progress().checkpoint()
              + " (record "
              + head.number()
              + "). Either this is an attempt that has been replaced, and nothing is to be done;"
              + " or the job was being stopped with a savepoint, whose rows were committed before"
              + " the stop failed, and Flink went back to an older checkpoint. Then submit the job"
              + " again from that savepoint, or from any other, to which the table is then taken"
              + " back");
    }
    return null;
  }

  /** Returns the decision for a fresh start. */
  Decision decideFresh(Head head, long nowMillis) throws CommitGapException {
    String lineage =
        rules.hold(Rule.FRESH_START_NAMED_AFTER_RUN)
            ? "run-" + request.run()
            : "attempt-" + author.id();
    return accept(
        head, new Parent(head, List.of()), new Last.Start(request.run()), lineage, nowMillis);
  }

  /** Returns the refusal for a state of which the log shows no trace. */
  Refused refuseLost(boolean reachedExpired, Head head) {
    AggregatorState state = requireNonNull(request.state());
    Last missing = state.pending().isEmpty() ? state.last() : state.pending().get(0).previous();
    if (reachedExpired) {
      return expired(missing, head);
    }
    return refused(
        Refusal.GAP,
        "the restored state continues "
            + missing
            + ", which this table never had. A committable is missing; restore an older"
            + " checkpoint or savepoint");
  }

  /** Returns the decision for a restored state whose parent has been found. */
  Decision decide(Head head, Parent parent, long nowMillis) throws CommitGapException {
    AggregatorState state = requireNonNull(request.state());
    Refused gap = refuseGap(parent, state);
    if (gap != null) {
      return gap;
    }
    CommitRecord from = parent.head().record();
    boolean rewind = from.number() != head.number();
    if (!rewind) {
      return accept(head, parent, state.last(), state.lineage(), nowMillis);
    }
    switch (request.onRewind()) {
      case APPEND -> {
        return append(head, parent, state, nowMillis);
      }
      case FAIL -> {
        return refused(
            Refusal.REWIND_FORBIDDEN,
            "the table has gone on from "
                + from.progress().last()
                + " (record "
                + from.number()
                + ") to "
                + head.record().progress().last()
                + " (record "
                + head.number()
                + "). Set sink.on-rewind to rewind to take it back, or to append to keep its rows");
      }
      case REWIND -> {}
    }
    Refused drops = refuseDrops(head.state(), parent.head().state(), state.lineage());
    return drops != null ? drops : accept(head, parent, state.last(), state.lineage(), nowMillis);
  }

  /**
   * Keeps the head's rows. Restored committables that the head neither has nor replayed come on
   * top, unless somebody has sealed or adopted the tails that they go on with.
   */
  private Decision append(Head head, Parent parent, AggregatorState state, long nowMillis)
      throws CommitGapException {
    Last start = new Last.Start(request.run());
    // An attempt of this run that has appended before has added what was missing.
    boolean first = !head.record().progress().last().equals(start);
    boolean sameRows = head.state().hasSameRows(state.lineage(), parent.head().state());
    List<Committable> missing = first && sameRows ? parent.pending() : List.of();
    for (Committable committable : missing) {
      if (!sameTails(committable, head.state(), parent.head().state())) {
        return refused(
            Refusal.APPEND_LOSES_ROWS,
            "the restored state holds the rows of "
                + committable.id()
                + ", which were never committed and can't be added to what the table shows now"
                + " (record "
                + head.number()
                + "). Restore a newer or older checkpoint, or set sink.on-rewind to rewind");
      }
    }
    return accept(head, new Parent(head, missing), start, state.lineage(), nowMillis);
  }

  private static boolean sameTails(Committable committable, TableState one, TableState other) {
    for (Change.Files change : committable.folded().changes()) {
      String file = null;
      if (change instanceof Change.Extend extend) {
        file = extend.file();
      } else if (change instanceof Change.Seal seal && seal.tail() != null) {
        file = seal.tail().file();
      }
      if (file != null
          && !Objects.equals(
              one.tail(change.partition(), file), other.tail(change.partition(), file))) {
        return false;
      }
    }
    return true;
  }

  /** Returns the refusal for rows of others that going back would drop, null if none. */
  @Nullable Refused refuseDrops(TableState head, TableState parent, String ownLineage) {
    List<String> guests = new ArrayList<>();
    head.guests()
        .forEach(
            (guest, number) -> {
              if (!parent.guests().containsKey(guest)) {
                guests.add("batch job " + guest + " (record " + number + ")");
              }
            });
    if (!guests.isEmpty() && rules.hold(Rule.GUESTS_PROTECTED)) {
      return refused(
          Refusal.DROPS_GUEST,
          "going back would drop the rows of "
              + String.join(", ", guests)
              + ". Restore a newer checkpoint, or set sink.on-rewind to append");
    }
    List<String> lineages = new ArrayList<>();
    head.lineages()
        .forEach(
            (lineage, newest) -> {
              if (!lineage.equals(ownLineage) && !head.hasSameRows(lineage, parent)) {
                lineages.add("job " + lineage + " (" + newest + ")");
              }
            });
    if (!lineages.isEmpty() && rules.hold(Rule.LINEAGES_PROTECTED)) {
      return refused(
          Refusal.DROPS_LINEAGE,
          "going back would drop the rows of "
              + String.join(", ", lineages)
              + ". Restore a newer checkpoint, or set sink.on-rewind to append");
    }
    return null;
  }

  /** Returns the refusal for files that are gone. */
  Refused refuseGone(List<String> files) {
    return refused(
        Refusal.FILES_GONE,
        "the savepoint has expired: it needs files that clean-up has removed or listed, such as "
            + files.get(0)
            + ". Restore a newer checkpoint or savepoint");
  }

  private Decision accept(Head head, Parent parent, Last last, String lineage, long nowMillis)
      throws CommitGapException {
    Head base = rules.hold(Rule.OPEN_IS_PARENTS_STATE) ? parent.head() : head;
    List<Committable> pending =
        rules.hold(Rule.OPEN_CONTAINS_PENDING) ? parent.pending() : List.of();
    List<String> listed = listedOf(pending, head.state());
    if (!listed.isEmpty() && rules.hold(Rule.LISTED_FILE_REFUSED)) {
      return refuseGone(listed);
    }
    long time = head.record().nextTime(nowMillis);
    long greatest =
        rules.hold(Rule.EPOCH_IS_GREATEST_PLUS_ONE)
            ? head.record().reign().epoch()
            : parent.head().record().reign().epoch();
    Reign reign =
        new Reign(lineage, greatest + 1, request.run(), request.sinkId(), time, author.who());
    boolean goesBack = base.number() != head.number();
    long watermark = base.record().progress().watermark();
    for (Committable committable : pending) {
      watermark = Math.max(watermark, committable.watermark());
    }
    Last reached =
        rules.hold(Rule.OPEN_WITH_PENDING_COUNTS) || pending.isEmpty()
            ? last
            : pending.get(0).previous();
    CommitRecord next =
        new CommitRecord(
            head.number() + 1,
            base.number(),
            time,
            reign,
            new Progress(request.restoredCheckpoint(), reached, watermark),
            author,
            new CommitRecord.Open(pending, goesBack ? carried(head, base.state()) : null));
    TableState state = new StateApplier(rules).apply(base.state(), next);
    OpenResult result =
        new OpenResult(lineage, reign.epoch(), last, watermark, next.number(), goesBack);
    return new Accepted(new Head(next, state), newFiles(pending), result);
  }

  /** What holds for the log; deletions made on the branch that is left will be repeated. */
  private LogFacts carried(Head head, TableState base) {
    return carriedFacts(head, base, rules);
  }

  static LogFacts carriedFacts(Head head, TableState base, Rules rules) {
    LogFacts facts = head.state().facts();
    if (!rules.hold(Rule.LISTS_CARRIED_OVER)) {
      facts = facts.withListed(base.facts().listed());
    }
    if (!rules.hold(Rule.PROPERTIES_CARRIED_OVER)) {
      facts = facts.withPropertiesOf(base.facts());
    }
    facts = withoutShown(facts, base, rules);
    if (!rules.hold(Rule.DELETES_CARRIED_OVER)) {
      return facts.withTombstonesOf(base.facts());
    }
    Tombstone.Replays replays =
        new Tombstone.Replays(
            head.record().reign().lineage(), head.record().progress().checkpoint());
    if (rules.hold(Rule.TRUNCATION_IS_OF_BRANCH)) {
      facts = facts.withTruncationsOf(base.facts());
    }
    for (Tombstone tombstone : facts.tombstones().toSortedMap().values()) {
      if (!tombstone.lasting() && !base.facts().tombstones().containsKey(tombstone.id())) {
        facts = facts.withTombstone(tombstone.replaying(replays));
      }
    }
    return facts;
  }

  /** A tail that was written anew is shown again where the table goes back before that. */
  private static LogFacts withoutShown(LogFacts facts, TableState base, Rules rules) {
    if (facts.listed().isEmpty() || !rules.hold(Rule.SHOWN_AGAIN_IS_NOT_LISTED)) {
      return facts;
    }
    PersistentMap<Long> listed = facts.listed();
    for (String file : NamedFiles.shownBy(base)) {
      listed = listed.without(file);
    }
    return facts.withListed(listed);
  }

  private static Set<String> newFiles(List<Committable> pending) {
    Set<String> files = new LinkedHashSet<>();
    for (Committable committable : pending) {
      files.addAll(NamedFiles.introducedBy(committable.folded().changes()));
    }
    return files;
  }

  private static List<String> listedOf(List<Committable> pending, TableState state) {
    Set<String> files = newFiles(pending);
    for (Committable committable : pending) {
      for (Change.Files change : committable.folded().changes()) {
        // A closing seal needs no byte of its tail, but must not bring in rows that others hold.
        if (change instanceof Change.Seal seal && seal.tail() != null) {
          files.add(seal.tail().file());
        }
      }
    }
    List<String> listed = new ArrayList<>(files);
    listed.removeIf(file -> !state.facts().listed().containsKey(file));
    return listed;
  }

  /** Returns the refusal for a broken chain from the parent to the state's newest, null if none. */
  private @Nullable Refused refuseGap(Parent parent, AggregatorState state) {
    Last place = parent.head().record().progress().last();
    for (Committable committable : parent.pending()) {
      if (!rules.same(committable.previous(), place)) {
        return gap(committable.previous(), place);
      }
      place = committable.id();
    }
    return rules.same(place, state.last()) ? null : gap(state.last(), place);
  }

  private Refused gap(Last missing, Last reached) {
    return refused(
        Refusal.GAP,
        "the restored state continues "
            + missing
            + ", but the table and the state's own committables lead to "
            + reached
            + " only: what lies between is missing. Restore an older checkpoint or savepoint");
  }

  private Refused expired(Last place, Head head) {
    return refused(
        Refusal.EXPIRED,
        "the savepoint has expired: it continues "
            + place
            + ", and the records through "
            + head.state().facts().expiredThrough()
            + " have been removed. Restore a newer checkpoint or savepoint, tag those you need to"
            + " keep, or make the table's history longer");
  }

  private static Refused refused(Refusal refusal, String message) {
    return new Refused(refusal, "the table was not opened: " + message);
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }
}
