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
  private final List<Part> opened = new ArrayList<>(); // those that close lets go
  private @Nullable List<Part> parts;
  private boolean closed;

  CurrentSnapshot(LogStates states) {
    this.states = states;
    this.state = states.hold();
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
      all = new ArrayList<>(state.segments().size() + 2);
      for (Segment segment : state.segments()) {
        all.add(new SegmentPart(segment, state.tombstones()));
      }
      for (Generation generation : state.generations()) {
        GenerationView view = generation.view();
        if (view.blockCount() > 0) {
          all.add(new MemoryPart(view, state.tombstones()));
        }
      }
      opened.addAll(all);
      all = List.copyOf(all);
      parts = all;
    }
    return all;
  }

  /** Makes no part of a segment whose filter says that the id is not there. */
  @Override
  public List<Part> partsThatMayHold(WantedId id) throws IOException {
    List<Part> holding = new ArrayList<>(2);
    for (Segment segment : state.segments()) {
      if (id.mayBeIn(segment)) {
        holding.add(new SegmentPart(segment, state.tombstones()));
      }
    }
    for (Generation generation : state.generations()) {
      if (id.mayBeIn(generation)) {
        holding.add(new MemoryPart(generation.view(), state.tombstones()));
      }
    }
    opened.addAll(holding);
    return holding;
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      for (Part part : opened) {
        part.release();
      }
    } finally {
      states.letGo(state);
    }
  }
}
