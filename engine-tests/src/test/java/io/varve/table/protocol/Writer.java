package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One writer subtask of one attempt. */
final class Writer {

  /** What comes from the source: a row, a barrier or the end. */
  record Input(int row, long barrier, boolean end) {}

  /** How a barrier makes the rows durable. */
  static final int EXTEND = 0;

  static final int SEAL = 1;
  static final int SEAL_AND_CLOSE = 2;

  /** Shows the rows in the tail, and seals them beside further ones: a later barrier says so. */
  static final int SEAL_LATER = 3;

  final Deque<Input> input = new ArrayDeque<>();

  private final Attempt attempt;
  private final World world;
  private final int index;
  final String id;
  private final TreeMap<Integer, Bucket> buckets = new TreeMap<>();
  private final List<Change.Files> upkeep = new ArrayList<>();
  private long ordinal;
  private int schema;
  private long lastBarrier;
  private int files;
  private boolean ended;

  /** Whether the buckets' frames go to one tail file, as they do when many are dirty. */
  private final boolean shares;

  private @Nullable String sharedTail;

  Writer(Attempt attempt, int index) {
    this.attempt = attempt;
    this.world = attempt.world;
    this.index = index;
    this.id = attempt.id + "w" + index;
    this.shares = attempt.id.hashCode() % 2 == 0;
    this.lastBarrier = attempt.restored == null ? 0 : attempt.restored.id;
    this.schema = world.newestSchema();
    for (int bucket = 0; bucket < 2; bucket++) {
      if (bucket % attempt.job.parallelism == index) {
        buckets.put(bucket, new Bucket(bucket));
      }
    }
  }

  /** The open tail of one bucket and the rows that are in memory only. */
  private static final class Bucket {
    final String partition;
    final List<Integer> buffer = new ArrayList<>();
    @Nullable String tail;
    int sealedTo;
    int written;
    int visible;

    /** Whether a change has named the tail since the bucket began to use it. */
    boolean reported;

    /** Up to where rows are being sealed; zero if none are. */
    int sealing;

    Bucket(int bucket) {
      this.partition = "b" + bucket;
    }
  }

  /** Returns what tells this writer's state from others. */
  String position() {
    StringBuilder text = new StringBuilder("w" + ordinal + input.size() + files + upkeep.size());
    for (Bucket bucket : buckets.values()) {
      text.append(bucket.buffer.size()).append(bucket.tail);
      text.append(bucket.sealedTo).append('-').append(bucket.written).append(bucket.visible);
      text.append(bucket.sealing).append(bucket.reported);
    }
    return text.toString();
  }

  boolean hasBarrier() {
    return input.stream().anyMatch(in -> in.barrier > 0 || in.end);
  }

  /** Takes rows up to the next barrier or the end, and that. */
  void advance(int mode) {
    while (true) {
      Input in = input.remove();
      if (in.end) {
        flush(mode, lastBarrier + 1);
        ended = true;
        attempt.toAggregator(index).add(Attempt.Message.end());
        return;
      }
      if (in.barrier > 0) {
        barrier(in.barrier, mode);
        return;
      }
      buffer(in.row);
    }
  }

  /** Writes what is buffered to the tail, over the memory cap: durable some day, not visible. */
  void spill() {
    for (Bucket bucket : buckets.values()) {
      while (!input.isEmpty() && input.peek().barrier == 0 && !input.peek().end) {
        buffer(input.remove().row);
      }
      if (!bucket.buffer.isEmpty()) {
        append(bucket);
        if (ordinal % 2 == 1) {
          beginSeal(bucket);
        }
      }
    }
  }

  private void buffer(int row) {
    int copy = world.copies.write(row, id, ordinal + 1, schema);
    requireNonNull(buckets.get(Content.bucketOf(row))).buffer.add(copy);
  }

  boolean mayKeepUp() {
    return ordinal > 0 && upkeep.isEmpty();
  }

  /** Plans an adoption or a merge of what the log shows now, for the next barrier. */
  void planUpkeep(boolean merge) {
    TableState state = world.log.derive(world.log.newestExactly());
    if (state == null) {
      return;
    }
    for (int bucket = 0; bucket < 2; bucket++) {
      int shift = world.mutation.has(World.Flaw.OWNER_DIFFERS_FROM_ROUTING) ? 1 : 0;
      if ((bucket + shift) % attempt.job.parallelism == index) {
        plan(state, "b" + bucket, merge);
      }
    }
  }

  private void plan(TableState state, String partition, boolean merge) {
    PartitionState shown = state.partition(partition);
    if (merge) {
      if (shown.segments().size() > 1) {
        List<String> inputs = List.copyOf(shown.segments().toSortedMap().keySet());
        List<Integer> rows = new ArrayList<>();
        inputs.forEach(input -> rows.addAll(world.rowsIn(input, 0, Integer.MAX_VALUE)));
        upkeep.add(
            new Change.Replace(
                partition, inputs, List.of(), segments(world.rewritten(state, rows)), false));
      }
      return;
    }
    for (TailState tail : shown.tails().toSortedMap().values()) {
      if (!tail.file().startsWith(id + "-")) {
        List<Integer> rows = world.rowsIn(partition, tail);
        upkeep.add(
            new Change.Replace(
                partition,
                List.of(),
                List.of(tail.visible()),
                segments(world.rewritten(state, rows)),
                true));
      }
    }
  }

  private List<SegmentRef> segments(List<Integer> rows) {
    return rows.isEmpty() ? List.of() : List.of(segment(rows));
  }

  private void barrier(long checkpoint, int mode) {
    Checkpoint.Pending pending = attempt.pending.get(checkpoint);
    if (pending == null || pending.abortReachesWriters) {
      attempt.toAggregator(index).add(Attempt.Message.cancel(checkpoint));
      return;
    }
    lastBarrier = checkpoint;
    if (!ended) {
      flush(mode, checkpoint);
    }
    attempt.toAggregator(index).add(Attempt.Message.barrier(checkpoint));
    pending.writersDone++;
  }

  private void flush(int mode, long checkpoint) {
    ordinal++;
    List<Change.Files> changes = new ArrayList<>();
    for (Bucket bucket : buckets.values()) {
      flush(bucket, mode, changes);
    }
    changes.addAll(upkeep);
    upkeep.clear();
    schema = Math.max(schema, world.newestSchema());
    if (!changes.isEmpty()) {
      attempt
          .toAggregator(index)
          .add(Attempt.Message.changes(checkpoint, new WriterChanges(id, ordinal, changes, 0)));
    }
  }

  private void flush(Bucket bucket, int mode, List<Change.Files> changes) {
    if (mode != EXTEND && bucket.sealing > 0) {
      seal(bucket, bucket.sealing, mode, changes);
    }
    boolean sealsAll = mode == SEAL || mode == SEAL_AND_CLOSE;
    if (sealsAll && (!bucket.buffer.isEmpty() || bucket.written > bucket.sealedTo)) {
      seal(bucket, bucket.written, mode, changes);
      return;
    }
    if (!bucket.buffer.isEmpty()) {
      append(bucket);
    }
    boolean flawed = world.mutation.has(World.Flaw.UNFINISHED_SEAL_NOT_EXTENDED);
    if (bucket.written > bucket.visible && !(flawed && bucket.sealing > 0)) {
      bucket.visible = bucket.written;
      bucket.reported = true;
      changes.add(
          new Change.Extend(
              bucket.partition,
              tailOf(bucket),
              position(bucket.sealedTo),
              position(bucket.visible)));
    }
    if (mode == SEAL_LATER) {
      beginSeal(bucket);
    }
  }

  private static void beginSeal(Bucket bucket) {
    if (bucket.sealing == 0 && bucket.written > bucket.sealedTo) {
      bucket.sealing = bucket.written;
    }
  }

  /** Seals the rows in the tail up to a place; those in memory too if that is all of the tail. */
  private void seal(Bucket bucket, int to, int mode, List<Change.Files> changes) {
    List<Integer> rows = new ArrayList<>();
    TailRange range = null;
    if (bucket.tail != null) {
      rows.addAll(
          world.sealed(id, world.rowsIn(bucket.partition, bucket.tail, bucket.sealedTo, to)));
      range = new TailRange(bucket.tail, position(bucket.sealedTo), position(to));
    }
    if (to == bucket.written && bucket.sealing == 0) {
      rows.addAll(bucket.buffer);
      bucket.buffer.clear();
    }
    bucket.sealing = 0;
    bucket.sealedTo = to;
    bucket.visible = Math.max(bucket.visible, to);
    // No commit knows of a tail that was never reported.
    TailRange named = bucket.reported ? range : null;
    boolean over = mode == SEAL_AND_CLOSE && to == bucket.written && range != null;
    changes.add(new Change.Seal(bucket.partition, segment(rows), named, over && named != null));
    if (over) {
      // Whoever shares the tail goes on with it, and this bucket may begin there anew; but a tail
      // that nobody has open is shown by no commit any more, and may expire.
      String left = bucket.tail;
      bucket.tail = null;
      boolean open = buckets.values().stream().anyMatch(one -> Objects.equals(one.tail, left));
      if (!open && !world.mutation.has(World.Flaw.EXPIRING_TAIL_GOES_ON)) {
        sharedTail = null;
      }
      bucket.sealedTo = 0;
      bucket.written = 0;
      bucket.visible = 0;
      bucket.reported = false;
    }
  }

  private void append(Bucket bucket) {
    if (bucket.tail == null) {
      if (!shares || sharedTail == null) {
        sharedTail = id + "-t" + ++files;
      }
      bucket.tail = sharedTail;
      MemoryLog.Rows present = world.log.files.get(sharedTail);
      bucket.sealedTo = present == null ? 0 : present.rows.size();
      bucket.visible = bucket.sealedTo;
      if (world.mutation.has(World.Flaw.APPENDS_TO_OTHERS_FILE)) {
        takeOver(bucket);
      }
    }
    bucket.written = world.log.write(bucket.tail, bucket.buffer).rows.size();
    bucket.buffer.clear();
  }

  /** The flaw: goes on with the tail that an earlier attempt left. */
  private void takeOver(Bucket bucket) {
    TableState state = world.log.derive(world.log.newestExactly());
    if (state != null) {
      for (TailState tail : state.partition(bucket.partition).tails().toSortedMap().values()) {
        bucket.tail = tail.file();
        bucket.sealedTo = (int) tail.sealedTo().offset();
        bucket.visible = (int) tail.visibleTo().offset();
        bucket.reported = true;
      }
    }
  }

  private static String tailOf(Bucket bucket) {
    if (bucket.tail == null) {
      throw new IllegalStateException("no tail");
    }
    return bucket.tail;
  }

  private SegmentRef segment(List<Integer> rows) {
    String file = id + "-s" + ++files;
    world.log.write(file, rows);
    return World.segment(file, rows.size());
  }

  static TailPosition position(int rows) {
    return new TailPosition(rows, rows);
  }
}
