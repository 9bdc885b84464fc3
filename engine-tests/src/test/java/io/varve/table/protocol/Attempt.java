package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One attempt of a streaming job: source, writers, aggregator and committer. */
final class Attempt implements Ghost.Actor {

  /** What a writer sends to the aggregator. */
  record Message(long checkpoint, @Nullable WriterChanges changes, boolean cancel, boolean atEnd) {

    static Message changes(long checkpoint, WriterChanges changes) {
      return new Message(checkpoint, changes, false, false);
    }

    static Message barrier(long checkpoint) {
      return new Message(checkpoint, null, false, false);
    }

    static Message cancel(long checkpoint) {
      return new Message(checkpoint, null, true, false);
    }

    static Message end() {
      return new Message(0, null, false, true);
    }
  }

  /** What the aggregator sends to the committer: a committable or a barrier. */
  record Delivery(@Nullable Committable committable, long barrier) {}

  final World world;
  final Job job;
  final String id;
  final @Nullable Checkpoint restored;
  final List<Writer> writers = new ArrayList<>();
  final TreeMap<Long, Checkpoint.Pending> pending = new TreeMap<>();
  final Deque<Delivery> toCommitter = new ArrayDeque<>();
  final Deque<Long> notified = new ArrayDeque<>();
  List<Integer> foundation = List.of();
  int from;
  int emitted;
  boolean sourceEnded;
  boolean dead;
  boolean lostCommittable;

  private final List<Deque<Message>> channels = new ArrayList<>();
  private final boolean[] ended;
  private final Set<Long> cancelled = new HashSet<>();
  private final Map<Long, Integer> emittedAt = new HashMap<>();
  private final List<Committable> toCommit = new ArrayList<>();
  private final Deque<Committable> committing = new ArrayDeque<>();
  private final LogView aggregatorView;
  private final LogView committerView;
  private final OpenOperation open;
  private @Nullable Aggregator aggregator;
  private @Nullable OpenResult opened;
  private @Nullable HeadCheck check;
  private @Nullable CommitOperation commit;
  private long lastBarrier;
  private int covered;
  private boolean endEmitted;

  Attempt(World world, Job job, @Nullable Checkpoint restored) {
    this.world = world;
    this.job = job;
    this.restored = restored;
    this.id = job.name + "a" + (job.attempts.size() + 1);
    this.ended = new boolean[job.parallelism];
    this.aggregatorView = new LogView(world.rules);
    this.committerView = new LogView(world.rules);
    if (restored != null) {
      foundation = restored.content.foundation();
      from = restored.content.from();
      emitted = restored.offset;
      covered = restored.offset;
      lastBarrier = restored.id;
      committing.addAll(restored.committerState);
      toCommit.addAll(restored.committerState);
    }
    for (int i = 0; i < job.parallelism; i++) {
      channels.add(new ArrayDeque<>());
      writers.add(new Writer(this, i));
    }
    boolean keepState = !world.mutation.has(World.Flaw.AGGREGATOR_STATE_LOST);
    OpenRequest request =
        new OpenRequest(
            "table",
            job.run,
            job.sinkId,
            lastBarrier,
            restored == null || !keepState ? null : restored.state,
            job.onRewind);
    this.open = new OpenOperation(request, author("open"), aggregatorView, world.rules);
    if (restored != null && restored.ended) {
      end();
    }
  }

  boolean isOpen() {
    return opened != null;
  }

  long epoch() {
    return opened == null ? 0 : opened.epoch();
  }

  Deque<Message> toAggregator(int writer) {
    return channels.get(writer);
  }

  Content contentAt(long checkpoint) {
    return contentWithEnd(requireNonNull(emittedAt.get(checkpoint)));
  }

  Content contentWithEnd(int end) {
    return new Content(foundation, job.stream, from, end);
  }

  void emit(int rows) {
    for (int i = 0; i < rows; i++) {
      int row = Content.row(job.stream, emitted++);
      writers
          .get(Content.bucketOf(row) % job.parallelism)
          .input
          .add(new Writer.Input(row, 0, false));
    }
  }

  /** Returns the writer that a row of the stream goes to. */
  String writerOf(int row) {
    return writers.get(Content.bucketOf(row) % job.parallelism).id;
  }

  void trigger(boolean savepoint) {
    long checkpoint = Math.max(job.nextCheckpoint, lastBarrier) + 1;
    job.nextCheckpoint = checkpoint;
    pending.put(checkpoint, new Checkpoint.Pending(this, checkpoint, savepoint));
    emittedAt.put(checkpoint, emitted);
    writers.forEach(writer -> writer.input.add(new Writer.Input(0, checkpoint, false)));
  }

  void end() {
    sourceEnded = true;
    writers.forEach(writer -> writer.input.add(new Writer.Input(0, 0, true)));
  }

  /** Lets the aggregator take what needs no decision, so that asking it changes nothing. */
  void settle() {
    if (aligned() == 0) {
      mayEmitEnd();
    }
  }

  boolean aggregatorHasWork() {
    return opened == null || check != null || aligned() > 0 || mayEmitEnd();
  }

  /** Makes one step of the aggregator. */
  void stepAggregator() throws IOException {
    if (opened == null) {
      OpenResult result = open.step(world.log, world.log.now);
      if (result != null) {
        opened = result;
        aggregator = new Aggregator("table", result, world.rules);
      }
      return;
    }
    if (check == null && mayEmitEnd()) {
      emitEnd();
      return;
    }
    long checkpoint = aligned();
    if (checkpoint == 0) {
      return;
    }
    if (check == null) {
      check = new HeadCheck(opened.lineage(), opened.epoch(), job.run, aggregatorView, world.rules);
    }
    Last shown = check.step(world.log, world.log.now);
    if (shown != null) {
      check = null;
      barrier(checkpoint, shown);
    }
  }

  boolean committerHasWork() {
    return commit != null || !committing.isEmpty() || !notified.isEmpty();
  }

  /** Makes one step of the committer. */
  void stepCommitter() throws IOException {
    if (commit == null) {
      if (committing.isEmpty()) {
        long checkpoint = notified.remove();
        toCommit.stream().filter(c -> c.checkpoint() <= checkpoint).forEach(committing::add);
        if (world.mutation.has(World.Flaw.COMMITS_DESCENDING)) {
          List<Committable> all = new ArrayList<>(committing);
          all.sort(Comparator.comparingLong(Committable::checkpoint).reversed());
          committing.clear();
          committing.addAll(all);
        }
        if (committing.isEmpty()) {
          return;
        }
      }
      OptionalLong own = restored == null ? OptionalLong.empty() : OptionalLong.of(restored.id);
      commit =
          new CommitOperation(
              new CommitRequest(committing.element(), own, job.run, author("checkpoint")),
              committerView,
              world.rules);
    }
    if (commit.step(world.log, world.log.now) != null) {
      commit = null;
      toCommit.remove(committing.remove());
    }
  }

  /** Hands the next committable or barrier to the committer. */
  void deliver() {
    Delivery delivery = toCommitter.remove();
    if (delivery.committable() != null) {
      toCommit.add(delivery.committable());
    }
    Checkpoint.Pending taken = pending.get(delivery.barrier());
    if (delivery.barrier() > 0 && taken != null) {
      taken.committerState = List.copyOf(toCommit);
    }
  }

  /** Returns what tells this attempt's state from others. */
  String position() {
    StringBuilder text = new StringBuilder(id);
    text.append(dead).append(job.current == this).append(emitted).append(sourceEnded);
    text.append(opened == null ? open.position() : "open " + opened.epoch());
    text.append(aggregatorView.position()).append(committerView.position());
    text.append(check == null ? "" : check.position());
    text.append(commit == null ? "" : commit.position());
    text.append(committing.size()).append(notified).append(toCommit.size()).append(lastBarrier);
    text.append(endEmitted).append(toCommitter.size()).append(cancelled);
    channels.forEach(channel -> text.append('c').append(channel.size()));
    writers.forEach(writer -> text.append(writer.position()));
    pending.values().forEach(one -> text.append(one.position()));
    return text.toString();
  }

  @Nullable Refusal refusal() {
    return open.refusal();
  }

  /** Returns the checkpoint whose barrier has come from every writer, 0 if none. */
  private long aligned() {
    if (aggregator == null) {
      return 0;
    }
    drain();
    long checkpoint = 0;
    for (Deque<Message> channel : channels) {
      Message head = channel.peek();
      if (head == null || (checkpoint != 0 && head.checkpoint() != checkpoint)) {
        return 0;
      }
      checkpoint = head.checkpoint();
    }
    Checkpoint.Pending taken = pending.get(checkpoint);
    if (check == null && taken != null && taken.abortReachesAggregator) {
      channels.forEach(Deque::remove);
      return 0;
    }
    return checkpoint;
  }

  /** Takes everything that stands before the next barriers. */
  private void drain() {
    boolean again = true;
    while (again) {
      again = false;
      for (int i = 0; i < channels.size(); i++) {
        again |= drain(i);
      }
    }
  }

  private boolean drain(int writer) {
    Deque<Message> channel = channels.get(writer);
    boolean any = false;
    for (Message head = channel.peek(); head != null; head = channel.peek()) {
      if (head.changes() != null) {
        requireNonNull(aggregator).receive(head.checkpoint(), head.changes());
      } else if (head.atEnd()) {
        ended[writer] = true;
      } else if (head.cancel()) {
        cancelled.add(head.checkpoint());
      } else if (!cancelled.contains(head.checkpoint())) {
        return any;
      }
      channel.remove();
      any = true;
    }
    return any;
  }

  private boolean mayEmitEnd() {
    if (endEmitted || aggregator == null || check != null) {
      return false;
    }
    drain();
    for (boolean writerEnded : ended) {
      if (!writerEnded) {
        return false;
      }
    }
    return true;
  }

  private void emitEnd() {
    endEmitted = true;
    emittedAt.put(lastBarrier + 1, emitted);
    send(requireNonNull(aggregator).emit(lastBarrier + 1, Long.MAX_VALUE));
  }

  private void barrier(long checkpoint, Last shown) {
    for (Deque<Message> channel : channels) {
      channel.remove();
    }
    lastBarrier = checkpoint;
    Aggregator own = requireNonNull(aggregator);
    own.forget(shown);
    // A source that was restored says nothing of the time until it has read something.
    Checkpoint.Pending taken = requireNonNull(pending.get(checkpoint));
    boolean quiet = restored != null && taken.offset == restored.offset;
    send(own.emit(checkpoint, quiet ? Long.MIN_VALUE : taken.offset));
    taken.state = own.snapshot();
    toCommitter.add(new Delivery(null, checkpoint));
  }

  private void send(@Nullable Committable committable) {
    if (committable != null) {
      int end = requireNonNull(emittedAt.get(committable.checkpoint()));
      List<Integer> rows = new Content(List.of(), job.stream, covered, end).rows();
      world.ghost.emitted(committable, rows, this);
      covered = end;
      toCommitter.add(new Delivery(committable, 0));
    }
  }

  private Author author(String why) {
    return new Author(id + "/" + world.nextId(), id, why);
  }
}
