package io.varve.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A change that puts some segments in the place of others, or of generations. Confined. */
final class Replacement implements LogCore.Change {

  private final LogCore core;
  private final Set<FileId> gone;
  private final List<SegmentEntry> outputs;
  private final List<Segment> dropped = new ArrayList<>();
  private final List<String> needless = new ArrayList<>();
  private List<RowId> applied = List.of();
  private List<Generation> sealed = List.of();
  private long floor;

  /**
   * Creates a change.
   *
   * @param gone the segments that go; the first output takes the place of the first of them
   * @param outputs the segments that come
   */
  Replacement(LogCore core, LogState before, Set<FileId> gone, List<SegmentEntry> outputs) {
    this.core = core;
    this.gone = gone;
    this.outputs = outputs;
    this.floor = before.manifest().floor();
  }

  /** Names deletes that hold for no row any more. */
  Replacement applying(List<RowId> rows) {
    applied = rows;
    return this;
  }

  /** Names generations whose rows are in the outputs. */
  Replacement sealing(List<Generation> generations) {
    sealed = generations;
    return this;
  }

  /** Hides rows of an earlier time. */
  Replacement raising(long newFloor) {
    floor = Math.max(floor, newFloor);
    return this;
  }

  @Override
  public Manifest manifest(LogState now) {
    List<SegmentEntry> entries = new ArrayList<>();
    boolean placed = gone.isEmpty();
    for (SegmentEntry entry : now.manifest().segments()) {
      if (!gone.contains(entry.id())) {
        entries.add(entry);
      } else if (!placed) {
        entries.addAll(outputs);
        placed = true;
      }
    }
    if (gone.isEmpty()) {
      entries.addAll(outputs);
    }
    Manifest next = now.manifest().withSegments(entries).withFloor(floor);
    if (!sealed.isEmpty()) {
      next = next.withSealedTail(sealed.get(sealed.size() - 1).lastTail());
    }
    return now.tombstones().minus(applied).isEmpty() ? next.withDeletes(List.of()) : next;
  }

  @Override
  public LogState state(LogState now, Manifest published) {
    List<Segment> segments = new ArrayList<>();
    for (SegmentEntry entry : published.segments()) {
      segments.add(find(now, entry));
    }
    for (Segment segment : now.segments()) {
      if (gone.contains(segment.entry().id())) {
        dropped.add(segment);
        needless.add(segment.entry().path());
      }
    }
    List<Generation> generations = new ArrayList<>(now.generations());
    generations.removeAll(sealed);
    for (Generation generation : sealed) {
      generation.tails().forEach(tail -> needless.add(LogLayout.tail(tail)));
    }
    for (FileId deletes : now.manifest().deletes()) {
      if (!published.deletes().contains(deletes)) {
        needless.add(LogLayout.deletes(deletes));
      }
    }
    return new LogState(published, segments, generations, now.tombstones().minus(applied));
  }

  private Segment find(LogState now, SegmentEntry entry) {
    for (Segment segment : now.segments()) {
      if (segment.entry().equals(entry)) {
        return segment;
      }
    }
    Manifest manifest = now.manifest();
    return new Segment(core.store(), manifest.logId(), manifest.definition().schema(), entry);
  }

  @Override
  public void retire() {
    dropped.forEach(Segment::drop);
    needless.forEach(core.graveyard()::add);
    for (Generation generation : sealed) {
      core.buffers().giveBack(generation);
    }
  }
}
