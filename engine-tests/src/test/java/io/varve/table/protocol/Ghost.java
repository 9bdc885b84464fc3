package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The oracle: a ledger of what must be visible at every record, kept beside the protocol. */
final class Ghost implements MemoryLog.Observer {

  /** Who acts while a record is created. */
  interface Actor {}

  private final World world;
  private final Map<Long, Content> contents = new HashMap<>();
  private final Map<String, List<Integer>> guests = new HashMap<>();
  private final Map<Last, List<Integer>> committables = new HashMap<>();
  private final Map<Last, Attempt> emitters = new HashMap<>();

  /** Per stream the newest epoch that committed rows of it or took them back. */
  private final Map<Integer, Long> goneOn = new HashMap<>();

  private final Set<Integer> everVisible = new HashSet<>();
  private final Set<Integer> deleted = new HashSet<>();
  private final HiddenRows hidden = new HiddenRows();
  private final Map<String, Integer> streams = new HashMap<>();

  @Nullable Actor reigning;

  /** Whether what happens now is known to violate nothing: it happened so before. */
  boolean known;

  /** A hash of each log that this world has had, to count different ones. */
  final List<Long> histories = new ArrayList<>();

  private long history;
  private long expired;
  private int schema = 1;

  Ghost(World world) {
    this.world = world;
    contents.put(0L, Content.NOTHING);
  }

  @Override
  public void created(CommitRecord record, TableState state) {
    Content content = expected(record);
    boolean stays =
        record.body() instanceof CommitRecord.Open open
            ? open.pending().isEmpty() && record.base() == record.number() - 1
            : !(record.body() instanceof CommitRecord.Data);
    if (!stays) {
      goneOn.put(content.stream(), record.reign().epoch());
    }
    contents.put(record.number(), content);
    everVisible.addAll(content.rows());
    note(record);
    hide(record, content);
    if (!known) {
      history = history * 31 + describe(record).hashCode() + record.body().hashCode();
      histories.add(history);
    }
    if (world.trace != null) {
      world.say("record " + describe(record));
    }
    compare(record, state, content);
    checkMonotone(record);
  }

  @Override
  public void deleted(String file) {
    if (known) {
      return;
    }
    for (long number : world.log.records.tailMap(world.log.base, false).keySet()) {
      TableState state = world.log.derive(number);
      if (state != null && NamedFiles.shownBy(state).contains(file)) {
        throw new Violation("file " + file + " was deleted, record " + number + " needs it");
      }
    }
    checkReaders();
  }

  @Override
  public void shrunk() {
    if (known) {
      return;
    }
    for (long number : world.log.records.tailMap(world.log.base, false).keySet()) {
      if (world.log.derive(number) == null) {
        throw new Violation("retained record " + number + " can't be derived any more");
      }
    }
    checkReaders();
  }

  List<Integer> guestRows(GuestId id) {
    return guests.getOrDefault(id.key(), List.of());
  }

  boolean hasGuest(GuestId id) {
    return guests.containsKey(id.key());
  }

  /** Notes the rows of a committable. */
  void emitted(Committable committable, List<Integer> rows, Attempt attempt) {
    committables.put(committable.id(), rows);
    emitters.put(committable.id(), attempt);
  }

  private void checkReaders() {
    for (int reader : world.relying) {
      MemoryLog.Lease lease = world.log.leases.get(reader);
      if (lease != null && lease.validUntil() >= world.log.now) {
        needReadable(lease.record(), "a reader's lease");
      }
    }
    TableState head = world.log.derive(world.log.newestExactly());
    if (head != null) {
      head.facts().tags().forEach((tag, number) -> needReadable(number, "tag " + tag));
    }
  }

  private void needReadable(long number, String who) {
    TableState state = world.log.derive(number);
    if (state == null) {
      throw new Violation(who + " needs record " + number + ", which is gone");
    }
    if (!world.log.missing(NamedFiles.shownBy(state)).isEmpty()) {
      throw new Violation(who + " needs files of record " + number + " that are gone");
    }
  }

  private Content expected(CommitRecord record) {
    Content before = contentOf(record.number() - 1);
    if (record.body() instanceof CommitRecord.Data) {
      Attempt attempt = (Attempt) world.actor();
      if (attempt != reigning) {
        throw new Violation(
            "record " + record.number() + " shows rows of " + attempt.id + ", which is fenced");
      }
      return attempt.contentAt(record.progress().checkpoint());
    }
    if (!(record.body() instanceof CommitRecord.Open open)) {
      return before;
    }
    if (world.actor() instanceof Attempt attempt) {
      return opened(record, open, attempt, before);
    }
    reigning = world.actor();
    world.newestRun = record.reign().run();
    Content target = contentOf(record.base());
    Integer own = streams.get(record.reign().lineage());
    refuseDrops(before, target, own == null ? -1 : own);
    return target;
  }

  private Content opened(
      CommitRecord record, CommitRecord.Open open, Attempt attempt, Content before) {
    reigning = attempt;
    attempt.job.everOpened = true;
    streams.put(record.reign().lineage(), attempt.job.stream);
    Checkpoint from = attempt.restored;
    if (from == null) {
      attempt.foundation = before.rows();
      return new Content(before.rows(), attempt.job.stream, 0, 0);
    }
    Last start = new Last.Start(attempt.job.run);
    if (attempt.job.onRewind == OnRewind.APPEND
        && record.progress().last().equals(start)
        && !from.state.last().equals(start)) {
      List<Integer> rows = new ArrayList<>(before.rows());
      for (Committable committable : open.pending()) {
        rows.addAll(committables.getOrDefault(committable.id(), List.of()));
      }
      refuseLoss(from, rows);
      attempt.foundation = rows;
      attempt.from = from.content.to();
      return new Content(rows, attempt.job.stream, attempt.from, attempt.from);
    }
    if (record.base() != record.number() - 1 || !world.mutation.equals(Mutation.NONE)) {
      refuseDrops(before, from.content, attempt.job.stream);
    }
    return from.content;
  }

  /** Rows that a savepoint holds and that never were visible must become so. */
  private void refuseLoss(Checkpoint from, List<Integer> rows) {
    List<Integer> missing = new ArrayList<>(from.content.rows());
    missing.removeIf(row -> Content.streamOf(row) != from.content.stream());
    missing.removeAll(new HashSet<>(rows));
    // Where the job went on otherwise meanwhile, keeping that is what append is for.
    boolean wentOn = goneOn.getOrDefault(from.content.stream(), 0L) > from.state.epoch();
    if (!wentOn && !missing.isEmpty() && missing.stream().noneMatch(everVisible::contains)) {
      throw new Violation("an open loses the rows " + missing + " of " + from.name);
    }
  }

  private Content contentOf(long number) {
    return requireNonNull(contents.get(number));
  }

  /** Returns whether restoring this could drop rows of guests or commits of other jobs. */
  boolean mayDropOthers(Checkpoint from) {
    return !guests.isEmpty()
        || goneOn.keySet().stream().anyMatch(stream -> stream != from.content.stream());
  }

  /** Rows of other jobs that are visible now must stay visible. */
  private static void refuseDrops(Content before, Content after, int ownStream) {
    List<Integer> others = othersOf(before, ownStream);
    if (!without(others, after.rows()).isEmpty()) {
      throw new Violation("an open drops rows of another job");
    }
  }

  private static List<Integer> othersOf(Content content, int stream) {
    List<Integer> others = new ArrayList<>(content.rows());
    others.removeIf(row -> Content.streamOf(row) == stream);
    return others;
  }

  /** Returns what is left of rows when each of the others takes one away. */
  private static List<Integer> without(List<Integer> rows, List<Integer> others) {
    List<Integer> left = new ArrayList<>(rows);
    others.forEach(left::remove);
    return left;
  }

  private void note(CommitRecord record) {
    if (record.body() instanceof CommitRecord.Guest guest) {
      List<Integer> rows = new ArrayList<>();
      for (Change change : guest.folded().changes()) {
        rows.addAll(world.rowsIntroducedBy(change));
      }
      guests.putIfAbsent(guest.guest().key(), rows);
    }
    if (record.body() instanceof CommitRecord.Maintenance maintenance) {
      if (maintenance.cleanUp() != null) {
        checkAge(maintenance.cleanUp().expiresThrough());
      }
      for (Change change : maintenance.changes()) {
        if (change instanceof Change.Delete delete && delete.tombstone().lasting()) {
          deleted.add(Integer.parseInt(delete.tombstone().condition()));
        }
        boolean drops = world.actor() instanceof Chore chore && chore.name.endsWith(" drop");
        if (change instanceof Change.Replace drop && drops) {
          drop.segments()
              .forEach(file -> deleted.addAll(world.rowsOf(world.rowsIn(file, 0, 1 << 30))));
        }
      }
    }
  }

  private void hide(CommitRecord record, Content content) {
    List<HiddenRows.Brought> brought = new ArrayList<>();
    List<Change> changes = List.of();
    Set<String> truncated = Set.of();
    if (record.body() instanceof CommitRecord.Data data) {
      List<Integer> rows = without(content.rows(), contentOf(record.base()).rows());
      brought.add(
          new HiddenRows.Brought(
              record.reign().lineage(),
              record.reign().epoch(),
              record.progress().checkpoint(),
              rows,
              data.folded().layers().keySet(),
              ((Attempt) world.actor())::writerOf));
    } else if (record.body() instanceof CommitRecord.Open open) {
      for (Committable committable : open.pending()) {
        List<Integer> rows = committables.getOrDefault(committable.id(), List.of());
        brought.add(
            new HiddenRows.Brought(
                committable.lineage(),
                committable.epoch(),
                committable.checkpoint(),
                rows,
                committable.folded().layers().keySet(),
                requireNonNull(emitters.get(committable.id()))::writerOf));
      }
    } else if (record.body() instanceof CommitRecord.Maintenance maintenance) {
      changes = maintenance.changes();
      truncated = world.actor() instanceof Chore chore ? chore.truncated : truncated;
    } else if (record.body() instanceof CommitRecord.Guest
        && world.actor() instanceof Guest guest) {
      truncated = overwrittenBy(guest, record);
    }
    hidden.note(record, world.log.records.get(record.number() - 1), brought, changes, truncated);
  }

  private Set<String> overwrittenBy(Guest guest, CommitRecord record) {
    try {
      return guest.overwrite.directories(requireNonNull(world.log.derive(record.number())));
    } catch (IOException refused) {
      throw new Violation("record " + record.number() + " overwrites what it must not: " + refused);
    }
  }

  /** A record that was the newest within the history must not expire. */
  private void checkAge(long through) {
    for (long number = expired + 1; number <= through; number++) {
      CommitRecord next = world.log.records.get(number + 1);
      if (next != null && next.timeMillis() >= world.log.now - World.HISTORY) {
        throw new Violation("record " + number + " expires too early");
      }
    }
    expired = Math.max(expired, through);
  }

  private void compare(CommitRecord record, TableState state, Content content) {
    List<Integer> wanted = new ArrayList<>(content.rows());
    guests.values().forEach(wanted::addAll);
    wanted.removeIf(deleted::contains);
    if (record.body() instanceof CommitRecord.Maintenance maintenance
        && maintenance.changes().stream().anyMatch(Change.Define.class::isInstance)) {
      schema++;
    }
    if (World.schemaOf(state) != schema) {
      throw new Violation(
          "record "
              + record.number()
              + " has version "
              + World.schemaOf(state)
              + " of the columns, expected "
              + schema);
    }
    hidden.applyTo(record, wanted);
    if (known) {
      return;
    }
    List<Integer> found = world.visible(state, record.number());
    Collections.sort(wanted);
    Collections.sort(found);
    if (!wanted.equals(found)) {
      throw new Violation("record " + record.number() + " shows " + found + ", expected " + wanted);
    }
  }

  private static String describe(CommitRecord record) {
    CommitRecord.Body body = record.body();
    String brings = body.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    if (body instanceof CommitRecord.Open open && !open.pending().isEmpty()) {
      brings += " with " + open.pending().stream().map(Committable::id).toList();
    }
    return record.number()
        + " on "
        + record.base()
        + ": "
        + brings
        + " by "
        + record.author().who()
        + ", epoch "
        + record.reign().epoch()
        + ", checkpoint "
        + record.progress().checkpoint()
        + ", stands at "
        + record.progress().last();
  }

  private void checkMonotone(CommitRecord record) {
    CommitRecord base = world.log.records.get(record.base());
    if (base != null && record.progress().watermark() < base.progress().watermark()) {
      throw new Violation("the watermark falls at record " + record.number());
    }
    if (record.timeMillis() < world.log.now - 1 && !world.writesLate) {
      // Whoever tells by it what is old would think it older than it is.
      throw new Violation("record " + record.number() + " is dated before it was made");
    }
    CommitRecord before = world.log.records.get(record.number() - 1);
    if (before != null
        && (record.timeMillis() <= before.timeMillis()
            || record.reign().epoch() < before.reign().epoch())) {
      throw new Violation("time or epoch falls at record " + record.number());
    }
  }
}
