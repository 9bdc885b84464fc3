package io.varve.engine;

import io.varve.schema.TableDefinition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All rows of an open log: buffered, in tails, in segments. They are those of the moment when their
 * parts are first asked for. Confined.
 */
final class CurrentSnapshot implements LogSnapshot {

  private final LogStates states;
  private final LogState state;
  private final @Nullable Part[] made; // segments, then generations; null if not asked for yet
  private @Nullable List<Part> parts;
  private boolean closed;

  CurrentSnapshot(LogStates states) {
    this.states = states;
    this.state = states.hold();
    this.made = new Part[state.segments().size() + state.generations().size()];
  }

  LogState state() {
    return state;
  }

  @Override
  public TableDefinition definition() {
    return state.manifest().definition();
  }

  @Override
  public long floor() {
    return state.manifest().floor();
  }

  @Override
  public long manifestNumber() {
    return state.manifest().number();
  }

  @Override
  public List<Part> parts() {
    List<Part> all = parts;
    if (all == null) {
      all = new ArrayList<>(made.length);
      for (int i = 0; i < state.segments().size(); i++) {
        all.add(sealed(i));
      }
      for (int i = 0; i < state.generations().size(); i++) {
        Part part = unsealed(i);
        if (part.rows() > 0) {
          all.add(part);
        }
      }
      all = List.copyOf(all);
      parts = all;
    }
    return all;
  }

  private Part sealed(int segment) {
    Part part = made[segment];
    if (part == null) {
      part = new SegmentPart(state.segments().get(segment), state.tombstones());
      made[segment] = part;
    }
    return part;
  }

  private Part unsealed(int generation) {
    int index = state.segments().size() + generation;
    Part part = made[index];
    if (part == null) {
      part = new MemoryPart(state.generations().get(generation).view(), state.tombstones());
      made[index] = part;
    }
    return part;
  }

  /** Makes no part of a segment whose filter says that the id is not there. */
  @Override
  public List<Part> partsThatMayHold(WantedId id) throws IOException {
    List<Part> holding = new ArrayList<>(2);
    List<Segment> segments = state.segments();
    for (int i = 0; i < segments.size(); i++) {
      if (id.mayBeIn(segments.get(i))) {
        holding.add(sealed(i));
      }
    }
    List<Generation> generations = state.generations();
    for (int i = 0; i < generations.size(); i++) {
      if (id.mayBeIn(generations.get(i))) {
        holding.add(unsealed(i));
      }
    }
    return holding;
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      for (Part part : made) {
        if (part != null) {
          part.release();
        }
      }
    } finally {
      states.letGo(state);
    }
  }
}
