package io.varve.engine;

import io.varve.schema.TableDefinition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** All rows of an open log when it was taken: buffered, in tails, in segments. Confined. */
final class CurrentSnapshot implements LogSnapshot {

  private final LogStates states;
  private final LogState state;
  private final List<Part> parts;
  private boolean closed;

  CurrentSnapshot(LogStates states) {
    this.states = states;
    this.state = states.hold();
    List<Part> all = new ArrayList<>(state.segments().size() + 2);
    for (Segment segment : state.segments()) {
      all.add(new SegmentPart(segment, state.tombstones()));
    }
    for (Generation generation : state.generations()) {
      GenerationView view = generation.view();
      if (view.blockCount() > 0) {
        all.add(new MemoryPart(view, state.tombstones()));
      }
    }
    this.parts = List.copyOf(all);
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
    return parts;
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      for (Part part : parts) {
        part.release();
      }
    } finally {
      states.letGo(state);
    }
  }
}
