package io.varve.engine;

import io.varve.column.BlockSource;
import io.varve.column.JoinedRows;
import io.varve.column.RowBatch;
import io.varve.column.Rows;
import io.varve.io.FileEntry;
import io.varve.io.LockableFileStore;
import io.varve.io.OutputFile;
import io.varve.query.Aggregation;
import io.varve.query.Block;
import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.query.Measure;
import io.varve.query.SealOptions;
import io.varve.query.Selection;
import io.varve.schema.Schema;
import io.varve.schema.SchemaChange;
import io.varve.schema.SchemaEvolution;
import io.varve.schema.TableDefinition;
import io.varve.segment.Replaced;
import io.varve.segment.SegmentInfo;
import io.varve.segment.SegmentOrigin;
import io.varve.segment.SegmentWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Makes segments of unsealed rows and of other segments. One operation at a time; thread-safe. */
final class Rewriter {

  private final LogCore core;
  private final ReentrantLock rewriting = new ReentrantLock();

  Rewriter(LogCore core) {
    this.core = core;
  }

  /** Does something while no segment is made or dropped by another. */
  <T> T alone(LogCore.IoAction<T> action) throws IOException {
    rewriting.lock();
    try {
      return action.run();
    } finally {
      rewriting.unlock();
    }
  }

  /** Seals all frozen generations as one segment; does nothing if there are none. */
  void seal() throws IOException {
    alone(
        () -> {
          LogState state = core.states().hold();
          try {
            int frozen = state.generations().size() - 1;
            if (frozen > 0) {
              seal(state, state.generations().subList(0, frozen));
            }
          } finally {
            core.states().letGo(state);
          }
          return 0;
        });
  }

  private void seal(LogState state, List<Generation> frozen) throws IOException {
    TableDefinition definition = state.manifest().definition();
    List<RowBatch> parts = new ArrayList<>();
    List<RowId> applied = new ArrayList<>();
    List<Replaced> replaces = new ArrayList<>();
    for (Generation generation : frozen) {
      GenerationView view = generation.view();
      LiveRows live = LiveRows.of(view, state.tombstones());
      applied.addAll(live.deleted());
      if (live.isEverything()) {
        view.chunks().forEach(chunk -> parts.add(chunk.batch()));
      } else {
        RowBatch kept = new RowBatch(definition.schema());
        collect(new LiveSource(view, live), null, kept);
        parts.add(kept);
      }
      for (FileId tail : generation.tails()) {
        replaces.add(new Replaced.TailRange(tail + ".vtail", 0, Long.MAX_VALUE));
      }
    }
    boolean keeps = !definition.projections().isEmpty();
    Rows rows = new JoinedRows(definition.schema(), parts, keeps);
    SegmentEntry sealed = isBelowFloor(rows, state) ? null : write(rows, replaces);
    Generation last = frozen.get(frozen.size() - 1);
    core.publish(
        new Replacement(core, state, Set.of(), sealed == null ? List.of() : List.of(sealed))
            .applying(applied)
            .sealing(frozen));
    Front.Position end = last.end();
    if (end != null) {
      core.front().madeDurable(end);
    }
  }

  /** Returns whether all rows, if there are any, are hidden by now. */
  private static boolean isBelowFloor(Rows rows, LogState state) {
    long floor = state.manifest().floor();
    int count = rows.rowCount();
    boolean allGone = true;
    for (int row = 0; row < count && allGone; row++) {
      allGone = rows.time().get(row) < floor;
    }
    return allGone;
  }

  /** Adds the rows of a source that are not to be dropped; returns how many were dropped. */
  private static long collect(BlockSource source, @Nullable BoundFilter drop, RowBatch into)
      throws IOException {
    long dropped = 0;
    Selection selection = new Selection();
    for (int index = 0; index < source.blockCount(); index++) {
      if (drop == null) {
        into.rewriteFrom(source, index);
        continue;
      }
      drop.select(new Block(source, index), selection);
      if (selection.count() == 0) {
        into.rewriteFrom(source, index);
        continue;
      }
      dropped += selection.count();
      RowBatch block = new RowBatch(source.schema());
      block.rewriteFrom(source, index);
      for (int row = 0; row < block.rowCount(); row++) {
        if (!selection.contains(row)) {
          into.appendFrom(block, row);
        }
      }
    }
    return dropped;
  }

  /** Writes rows as a durable segment. */
  private SegmentEntry write(Rows rows, List<Replaced> replaces) throws IOException {
    FileId id = core.nextFile();
    Manifest manifest = core.states().current().manifest();
    SegmentOrigin origin = new SegmentOrigin(manifest.logId(), "", core.attempt(), replaces);
    String path = LogLayout.segment(id);
    SegmentInfo info;
    try (OutputFile file = core.store().create(path)) {
      info = SegmentWriter.write(file, rows, origin, SealOptions.of(manifest.definition()));
      file.sync();
    } catch (IOException | RuntimeException failed) {
      deleteUseless(path, failed);
      throw failed;
    }
    core.store().syncDirectory(LogLayout.SEGMENTS);
    return SegmentEntry.of(id, info);
  }

  private void deleteUseless(String path, Exception failed) {
    try {
      core.store().delete(path);
    } catch (IOException alsoFailed) {
      failed.addSuppressed(alsoFailed); // the next opening finds it
    }
  }

  /**
   * Merges the first run of adjacent small segments.
   *
   * @return how many segments became one, 0 if there was nothing to do
   */
  int merge() throws IOException {
    return alone(
        () -> {
          LogState state = core.states().hold();
          try {
            List<Segment> run =
                MergeChoice.choose(
                    state.segments(), core.options().mergeSegments(), core.options().mergeRows());
            if (!run.isEmpty()) {
              rewrite(state, run, null);
            }
            return run.size();
          } finally {
            core.states().letGo(state);
          }
        });
  }

  /**
   * Writes the rows of some adjacent segments, without the deleted ones and those that a filter
   * selects, as one segment in their place.
   *
   * @return how many rows the filter selected
   */
  private long rewrite(LogState state, List<Segment> inputs, @Nullable Filter drop)
      throws IOException {
    RowBatch rows = new RowBatch(state.manifest().definition().schema());
    List<RowId> applied = new ArrayList<>();
    List<Replaced> replaces = new ArrayList<>();
    Set<FileId> gone = new HashSet<>();
    BoundFilter bound = drop == null ? null : BoundFilter.of(drop, rows.schema());
    long dropped = 0;
    for (Segment input : inputs) {
      SegmentPart part = new SegmentPart(input, state.tombstones());
      try {
        dropped += collect(part.source(), bound, rows);
        LiveRows live = input.liveRows(part.reader(), state.tombstones());
        if (live != null) {
          applied.addAll(live.deleted());
        }
      } finally {
        part.release();
      }
      replaces.add(new Replaced.Segment(input.entry().id() + ".vseg"));
      gone.add(input.entry().id());
    }
    List<SegmentEntry> outputs = rows.rowCount() == 0 ? List.of() : List.of(write(rows, replaces));
    core.publish(new Replacement(core, state, gone, outputs).applying(applied));
    return dropped;
  }

  /** Rewrites every segment that has rows which a filter selects, or deleted rows. */
  EraseResult erase(Filter filter) throws IOException {
    core.freeze();
    seal();
    return alone(
        () -> {
          LogState state = core.states().hold();
          long rows = 0;
          int rewritten = 0;
          try {
            for (Segment segment : state.segments()) {
              if (holds(state, segment, filter)) {
                rows += rewrite(state, List.of(segment), filter);
                rewritten++;
              }
            }
          } finally {
            core.states().letGo(state);
          }
          sweep();
          List<String> unreachable = new ArrayList<>();
          core.store()
              .list(LogLayout.QUARANTINE)
              .forEach(file -> unreachable.add(LogLayout.QUARANTINE + "/" + file.name()));
          return new EraseResult(rows, rewritten, unreachable);
        });
  }

  private static boolean holds(LogState state, Segment segment, Filter filter) throws IOException {
    SegmentPart part = new SegmentPart(segment, state.tombstones());
    try {
      if (!part.isWhole()) {
        return true;
      }
      BoundFilter bound = BoundFilter.of(filter, part.source().schema());
      Selection selection = new Selection();
      for (int index = 0; index < part.source().blockCount(); index++) {
        bound.select(new Block(part.source(), index), selection);
        if (selection.count() > 0) {
          return true;
        }
      }
      return false;
    } finally {
      part.release();
    }
  }

  /** Drops the segments whose rows are all older than a time and hides older rows of others. */
  void raiseFloor(long floor) throws IOException {
    alone(
        () -> {
          LogState state = core.states().current();
          Set<FileId> gone = new HashSet<>();
          for (Segment segment : state.segments()) {
            if (segment.entry().maxTime() < floor) {
              gone.add(segment.entry().id());
            }
          }
          if (floor > state.manifest().floor() || !gone.isEmpty()) {
            core.publish(new Replacement(core, state, gone, List.of()).raising(floor));
          }
          return 0;
        });
  }

  /** Deletes every file that the log does not consist of, whoever may want it. */
  private void sweep() throws IOException {
    core.withoutPublishing(
        () -> {
          LogState state = core.states().current();
          Set<String> needed = new HashSet<>();
          state.manifest().segments().forEach(entry -> needed.add(entry.path()));
          state.manifest().deletes().forEach(id -> needed.add(LogLayout.deletes(id)));
          for (Generation generation : state.generations()) {
            generation.tails().forEach(id -> needed.add(LogLayout.tail(id)));
          }
          for (String directory : List.of(LogLayout.SEGMENTS, LogLayout.TAILS, LogLayout.DELETES)) {
            for (FileEntry file : core.store().list(directory)) {
              if (!needed.contains(directory + "/" + file.name())) {
                core.store().delete(directory + "/" + file.name());
              }
            }
          }
          return 0;
        });
  }

  /** Forgets what is older than a time, and says how much that was. */
  GcResult gc(long cutoff, Reads.Snapshots snapshots) throws IOException {
    return alone(
        () -> {
          long rows;
          int segments = 0;
          long bytes = 0;
          try (LogSnapshot snapshot = snapshots.take()) {
            String time = snapshot.schema().timeField().name();
            Aggregation older =
                Aggregation.builder()
                    .measure(Measure.countRows())
                    .where(Filter.lt(time, cutoff))
                    .build();
            rows = AggregateQuery.run(snapshot, older).get(0).getLong(0);
            for (Part part : snapshot.parts()) {
              if (part instanceof SegmentPart segment && part.maxTime() < cutoff) {
                segments++;
                bytes += segment.segment().entry().bytes();
              }
            }
          }
          raiseFloor(cutoff);
          return new GcResult(segments, rows, bytes);
        });
  }

  /** Goes on with other columns. */
  void changeSchema(Schema next) throws IOException {
    alone(
        () -> {
          TableDefinition before = core.definition();
          SchemaEvolution.check(before.schema(), next);
          changeDefinition(SchemaEvolution.withSchema(before, next));
          return 0;
        });
  }

  /** Goes on with other columns. */
  void alter(List<SchemaChange> changes) throws IOException {
    alone(
        () -> {
          changeDefinition(SchemaEvolution.apply(core.definition(), changes));
          return 0;
        });
  }

  private void changeDefinition(TableDefinition after) throws IOException {
    do {
      core.freeze();
      seal();
    } while (!core.tryChangeDefinition(after));
  }

  /** Copies what is sealed to another store. */
  void checkpoint(LockableFileStore target) throws IOException {
    alone(
        () ->
            core.withoutPublishing(
                () -> {
                  Manifest manifest = core.states().current().manifest();
                  Identity identity = Identity.read(core.store()).orElseThrow();
                  Checkpoints.write(core.store(), identity, manifest, target);
                  return 0;
                }));
  }
}
