package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import io.varve.io.CommitGapException;
import io.varve.io.FencedException;
import io.varve.io.OpenRefusedException;
import io.varve.io.SnapshotExpiredException;
import io.varve.io.VarveException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Flink, files, failures and time, around the production classes. Deterministic. */
final class World {

  /** What can be wrong outside the production classes. */
  enum Flaw {
    CREATE_NOT_EXCLUSIVE,
    AGGREGATOR_STATE_LOST,
    COMMITS_DESCENDING,
    OWNER_DIFFERS_FROM_ROUTING,
    APPENDS_TO_OTHERS_FILE,
    UNFINISHED_SEAL_NOT_EXTENDED,
    DROP_WITHOUT_TOMBSTONE,
    EXPIRING_TAIL_GOES_ON,
    ERASES_WITHOUT_TAKING_OVER,
    TRUNCATED_ROWS_LEFT_OUT,
    OWN_ROWS_TAKEN_FOR_EARLIER
  }

  static final long HISTORY = 20;

  final Mutation mutation;
  final Rules rules;
  final MemoryLog log;
  final Ghost ghost;
  final List<Attempt> attempts = new ArrayList<>();
  final List<Job> jobs = new ArrayList<>();
  final List<Checkpoint> savepoints = new ArrayList<>();
  final List<Guest> guests = new ArrayList<>();
  final List<Chore> chores = new ArrayList<>();
  final RetainedLog retained = new RetainedLog();
  final Copies copies = new Copies();

  /** The readers that rely on their leases: they have looked since they wrote them. */
  final Set<Integer> relying = new TreeSet<>();

  RunId newestRun = RunId.NONE;
  boolean tainted;
  boolean writesLate;

  /** When tails were last written anew; savepoints from before may need them. */
  long tailsErasedAt = Long.MIN_VALUE;

  @Nullable List<String> trace;

  private int ids;
  private int streams;
  private Ghost.@Nullable Actor actor;

  World(Mutation mutation) {
    this.mutation = mutation;
    this.rules = mutation.rules();
    this.ghost = new Ghost(this);
    this.log = new MemoryLog(rules, !mutation.has(Flaw.CREATE_NOT_EXCLUSIVE), ghost, this::actor);
  }

  Ghost.Actor actor() {
    return requireNonNull(actor);
  }

  /** Adds a line to the trace, if one is kept. */
  void say(String line) {
    if (trace != null) {
      trace.add(line);
    }
  }

  int nextId() {
    return ++ids;
  }

  RunId newRun() {
    return new RunId(1_000_000L + nextId(), 7);
  }

  Job submit(@Nullable Checkpoint from, int parallelism, OnRewind onRewind) {
    return submit(from, parallelism, onRewind, newRun(), "sink");
  }

  /** Submits a job with two sinks for one table. */
  void submitTwoSinks() {
    Job one = submit(null, 1, OnRewind.REWIND);
    Job other = submit(null, 1, OnRewind.REWIND, one.run, "sink2");
    one.sibling = other;
    other.sibling = one;
  }

  private Job submit(
      @Nullable Checkpoint from, int parallelism, OnRewind onRewind, RunId run, String sinkId) {
    int stream = from == null ? streams++ : from.content.stream();
    Job job = new Job("j" + (jobs.size() + 1), run, sinkId, stream, parallelism, onRewind);
    jobs.add(job);
    newestRun = job.run;
    job.latest = from;
    job.nextCheckpoint = from == null ? 0 : from.id;
    start(job);
    return job;
  }

  void start(Job job) {
    Attempt attempt = new Attempt(this, job, job.latest);
    job.attempts.add(attempt);
    job.current = attempt;
    attempts.add(attempt);
  }

  Guest startGuest(int rows, Overwrite overwrite) {
    String name = "g" + (guests.size() + 1);
    RunId run = new RunId(1_000_000L + nextId(), 9);
    Guest guest = new Guest(this, name, run, streams++, rows, overwrite);
    guests.add(guest);
    guest.start();
    return guest;
  }

  /** Lets an attempt make one access or act; a failure ends the attempt as Flink would. */
  void run(Attempt attempt, Act act) {
    actor = attempt;
    try {
      act.perform();
    } catch (IOException e) {
      failed(attempt, e);
    } finally {
      actor = null;
    }
  }

  /** Something that may fail. */
  @FunctionalInterface
  interface Act {
    void perform() throws IOException;
  }

  void run(Guest guest, Guest.Run run) {
    actor = guest;
    try {
      run.step();
    } catch (SnapshotExpiredException e) {
      run.done = true; // its files were cleaned up; Flink runs the job's tasks again
    } catch (IOException e) {
      throw new Violation(run.name + " failed: " + e.getMessage());
    } finally {
      actor = null;
    }
  }

  void run(Chore chore) {
    actor = chore;
    try {
      chore.step(this);
    } catch (VarveException e) {
      chore.done = true; // refused, or its files were cleaned up; a person sees the message
    } catch (IOException e) {
      throw new Violation(chore.name + " failed: " + e.getMessage());
    } finally {
      actor = null;
    }
  }

  void complete(Checkpoint.Pending pending, boolean notifies) {
    Attempt attempt = pending.attempt;
    Checkpoint checkpoint =
        new Checkpoint(
            pending, requireNonNull(pending.state), requireNonNull(pending.committerState));
    pending.over = true;
    if (pending.savepoint) {
      savepoints.add(checkpoint);
      return;
    }
    attempt.job.latest = checkpoint;
    for (Checkpoint.Pending older : attempt.pending.headMap(pending.id).values()) {
      older.over |= !older.savepoint;
    }
    if (notifies) {
      attempt.notified.add(pending.id);
    }
  }

  /** Ends an attempt; the tasks of a zombie don't know it yet. */
  void fail(Attempt attempt, boolean zombie) {
    attempt.dead = !zombie;
    if (attempt.job.current == attempt) {
      start(attempt.job);
    }
  }

  private void failed(Attempt attempt, IOException e) {
    Job job = attempt.job;
    boolean newest = job.current == attempt && job.run.equals(newestRun);
    if (newest && !tainted && !isExcused(attempt, e)) {
      throw new Violation(attempt.id + " must not fail, but: " + e.getMessage());
    }
    attempt.dead = true;
    if (job.current != attempt) {
      return;
    }
    if (e instanceof VarveException known && known.suppressesRestart()) {
      cancel(job, true);
    } else {
      start(job);
    }
  }

  /** Ends a job, all its sinks; tasks that don't know it yet go on. */
  void cancel(Job job, boolean atOnce) {
    for (Job part : jobs) {
      if (part.run.equals(job.run) && part.current != null) {
        part.current.dead = atOnce;
        part.current = null;
      }
    }
  }

  /** Returns whether the newest run's current attempt may be told so. */
  private boolean isExcused(Attempt attempt, IOException e) {
    if (e instanceof OpenRefusedException) {
      return switch (requireNonNull(attempt.refusal())) {
        case EXPIRED ->
            attempt.restored != null && attempt.restored.triggerTime + HISTORY < log.now;
        case FILES_GONE ->
            attempt.restored != null
                && (attempt.restored.triggerTime + HISTORY < log.now
                    || attempt.restored.triggerTime <= tailsErasedAt);
        case DROPS_GUEST, DROPS_LINEAGE ->
            !attempt.job.everOpened && ghost.mayDropOthers(requireNonNull(attempt.restored));
        case APPEND_LOSES_ROWS, REWIND_FORBIDDEN -> !attempt.job.everOpened;
        case SECOND_SINK -> attempt.job.sibling != null;
        case OTHER_TABLE, OLDER_RUN, OWN_RUN_BEHIND, GAP -> false;
      };
    }
    if (e instanceof FencedException fenced) {
      // Two sinks of one run that fence one another would restart for ever.
      return !fenced.suppressesRestart()
          && ghost.reigning instanceof Attempt other
          && other != attempt
          && other.job == attempt.job;
    }
    return e instanceof CommitGapException && attempt.lostCommittable;
  }

  /** Makes the next create's outcome unknown, or lets one that was thought lost happen now. */
  void fault(int argument) {
    MemoryLog.Late late = log.late;
    log.staleHint = argument / 4 % 4;
    if (late == null) {
      log.fault = MemoryLog.Fault.values()[Math.min(3, 1 + argument % 4)];
      return;
    }
    log.late = null;
    actor = late.actor();
    writesLate = true;
    try {
      boolean created = log.create(late.record());
      say("a write that seemed lost " + (created ? "happens" : "comes too late"));
    } catch (IOException e) {
      say("a write that seemed lost is lost");
    } finally {
      writesLate = false;
      actor = null;
    }
  }

  /** Returns what tells this world from others that the same setup led to. */
  String position() {
    StringBuilder text = new StringBuilder();
    log.records
        .values()
        .forEach(
            record -> {
              Progress progress = record.progress();
              text.append(record.number()).append(record.author().who());
              text.append(progress.last()).append(' ').append(progress.checkpoint());
              text.append(' ').append(progress.watermark());
            });
    text.append(log.base).append(log.files.keySet()).append(log.fault).append(log.late);
    attempts.forEach(attempt -> text.append(attempt.position()).append('\n'));
    guests.forEach(guest -> guest.runs.forEach(run -> text.append(run.position())));
    chores.forEach(chore -> text.append(chore.position()));
    jobs.forEach(job -> text.append(job.latest == null ? 0 : job.latest.id).append(','));
    return text.toString();
  }

  static SegmentRef segment(String file, int rows) {
    return new SegmentRef(file, rows, rows, 0, 0, 1);
  }

  List<Integer> rowsIn(String file, int from, int to) {
    MemoryLog.Rows rows = log.files.get(file);
    if (rows == null) {
      return List.of();
    }
    return rows.rows.subList(Math.min(from, rows.rows.size()), Math.min(to, rows.rows.size()));
  }

  /** Returns the copies of a partition in a tail that others may share. */
  List<Integer> rowsIn(String partition, String file, int from, int to) {
    return rowsIn(file, from, to).stream()
        .filter(copy -> partition.equals(Copies.partitionOf(copies.rowOf(copy))))
        .toList();
  }

  /** Returns the rows that are visible in a tail. */
  List<Integer> rowsIn(String partition, TailState tail) {
    int from = (int) tail.sealedTo().offset();
    return rowsIn(partition, tail.file(), from, (int) tail.visibleTo().offset());
  }

  List<Integer> rowsIntroducedBy(Change change) {
    if (change instanceof Change.Seal seal && seal.tail() == null) {
      return rowsOf(rowsIn(seal.segment().file(), 0, Integer.MAX_VALUE));
    }
    if (change instanceof Change.Extend extend) {
      return rowsOf(rowsIn(extend.file(), 0, (int) extend.visibleTo().offset()));
    }
    return List.of();
  }

  /** The property that stands for the columns: their version. */
  static final String SCHEMA = "table";

  static int schemaOf(TableState state) {
    String version = state.facts().properties().get(SCHEMA);
    return version == null ? 1 : Integer.parseInt(version);
  }

  /** Returns the version of the columns that whoever looks now finds. */
  int newestSchema() {
    TableState head = log.derive(log.newestExactly());
    return head == null ? 1 : schemaOf(head);
  }

  /** Returns which rows copies in files are. */
  List<Integer> rowsOf(List<Integer> inFiles) {
    return inFiles.stream().map(copies::rowOf).toList();
  }

  private List<Integer> undeleted(TableState state, List<Integer> rows) {
    return without(state.facts().tombstones().toSortedMap().values(), state.facts(), rows);
  }

  /**
   * Returns the rows that are left when they are written anew: other branches may show the file.
   */
  List<Integer> rewritten(TableState state, List<Integer> rows) {
    return rewritten(state.facts(), rows);
  }

  /** Returns the rows of a writer's tail that it seals: all of them if it would seal none. */
  List<Integer> sealed(String writer, List<Integer> rows) {
    TableState state = log.derive(log.newestExactly());
    if (state == null) {
      return rows;
    }
    LogFacts facts = state.facts();
    boolean flawed = mutation.has(Flaw.OWN_ROWS_TAKEN_FOR_EARLIER);
    List<Integer> left = rewritten(flawed ? facts : facts.withReigning(writer), rows);
    return left.isEmpty() ? rows : left;
  }

  private List<Integer> rewritten(LogFacts facts, List<Integer> rows) {
    List<Tombstone> deletes = new ArrayList<>(facts.tombstones().toSortedMap().values());
    if (!mutation.has(Flaw.TRUNCATED_ROWS_LEFT_OUT)) {
      deletes.removeIf(Truncation::is);
    }
    return without(deletes, facts, rows);
  }

  private List<Integer> without(
      Collection<Tombstone> tombstones, LogFacts facts, List<Integer> rows) {
    List<Integer> left = new ArrayList<>(rows);
    left.removeIf(copy -> copies.isDeleted(copy, facts, tombstones));
    return left;
  }

  /** Returns what a reader of this state sees. */
  List<Integer> visible(TableState state, long number) {
    List<Integer> rows = new ArrayList<>();
    for (String file : NamedFiles.shownBy(state)) {
      if (!log.files.containsKey(file)) {
        throw new Violation("record " + number + " names " + file + ", which is missing");
      }
    }
    state
        .partitions()
        .forEach(
            (name, partition) -> {
              partition.segments().forEach((file, ref) -> rows.addAll(rowsIn(file, 0, 1 << 30)));
              partition.tails().forEach((file, tail) -> rows.addAll(rowsIn(name, tail)));
            });
    int schema = schemaOf(state);
    for (int copy : rows) {
      if (copies.schemaOf(copy) > schema) {
        throw new Violation(
            "record "
                + number
                + " is read by version "
                + schema
                + " of the columns, but shows a row written with "
                + copies.schemaOf(copy));
      }
    }
    return new ArrayList<>(rowsOf(undeleted(state, rows)));
  }
}
