package io.varve.engine;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the log consists of at one moment. Immutable, but for the number of those who hold it and
 * for the last generation, which rows are appended to.
 */
final class LogState {

  private final Manifest manifest;
  private final List<Segment> segments;
  private final List<Generation> generations;
  private final Tombstones tombstones;
  private final AtomicInteger holders = new AtomicInteger(1);

  /**
   * Creates a state.
   *
   * @param segments in the order of the manifest
   * @param generations oldest first, at least one
   */
  LogState(
      Manifest manifest,
      List<Segment> segments,
      List<Generation> generations,
      Tombstones tombstones) {
    this.manifest = manifest;
    this.segments = List.copyOf(segments);
    this.generations = List.copyOf(generations);
    this.tombstones = tombstones;
  }

  Manifest manifest() {
    return manifest;
  }

  List<Segment> segments() {
    return segments;
  }

  List<Generation> generations() {
    return generations;
  }

  /** Returns the generation that rows are appended to. */
  Generation active() {
    return generations.get(generations.size() - 1);
  }

  Tombstones tombstones() {
    return tombstones;
  }

  LogState withGenerations(List<Generation> others) {
    return new LogState(manifest, segments, others, tombstones);
  }

  LogState withTombstones(Tombstones others) {
    return new LogState(manifest, segments, generations, others);
  }

  /** Holds the state, unless everybody has let it go. */
  boolean tryHold() {
    int count = holders.get();
    while (count > 0) {
      if (holders.compareAndSet(count, count + 1)) {
        return true;
      }
      count = holders.get();
    }
    return false;
  }

  /** Lets the state go; returns whether nobody holds it any more. */
  boolean letGo() {
    return holders.decrementAndGet() == 0;
  }

  boolean isHeld() {
    return holders.get() > 0;
  }
}
