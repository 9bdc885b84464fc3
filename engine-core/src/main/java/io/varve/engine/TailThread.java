package io.varve.engine;

import io.varve.column.RowBuffer;
import io.varve.io.LockableFileStore;
import io.varve.io.OutputFile;
import io.varve.schema.Schema;
import io.varve.tail.FrameEncoder;
import io.varve.tail.TailHeader;
import io.varve.tail.TailWriter;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that appends to tails: writes the frames of what has been appended since the last
 * time and syncs once for all who wait. Nobody else knows the thread, so nobody interrupts it.
 */
final class TailThread extends Thread {

  private final LockableFileStore store;
  private final UUID logId;
  private final long writer;
  private final LogStates states;
  private final Front front;
  private final Map<FileId, Tail> tails = new HashMap<>();
  private final Map<Generation, Progress> progress = new HashMap<>();
  private final FrameEncoder encoder = new FrameEncoder();
  private List<Generation> seen = List.of();
  private @Nullable RowBuffer scratch;

  TailThread(LockableFileStore store, UUID logId, long writer, LogStates states, Front front) {
    super("varve-log-tail");
    setDaemon(true);
    this.store = store;
    this.logId = logId;
    this.writer = writer;
    this.states = states;
    this.front = front;
  }

  /** How far a generation has been written. */
  private static final class Progress {

    private int chunk;
    private int row;
  }

  /** An open tail. */
  private static final class Tail {

    private final TailWriter frames;
    private boolean dirty;

    Tail(TailWriter frames) {
      this.frames = frames;
    }
  }

  @Override
  public void run() {
    try {
      Front.Position target = front.awaitRequest();
      while (target != null && front.failure() == null) {
        writeAndSync();
        front.madeDurable(target);
        target = front.awaitRequest();
      }
      closeTails(Set.of());
    } catch (IOException failed) {
      front.fail(failed);
      abandonTails();
    } catch (RuntimeException | Error bug) {
      front.fail(new IOException("the thread that writes the log died: " + bug, bug));
      abandonTails();
      throw bug;
    }
  }

  private void writeAndSync() throws IOException {
    // Held, so that no chunk's memory is used again while it is written.
    LogState state = states.hold();
    try {
      for (Generation generation : state.generations()) {
        if (generation.lastTail().attempt() == writer) {
          write(generation);
        }
      }
      for (Tail tail : tails.values()) {
        if (tail.dirty) {
          tail.frames.sync();
          tail.dirty = false;
        }
      }
      if (state.generations() != seen) { // seldom: the others are complete or sealed
        seen = state.generations();
        progress.keySet().retainAll(seen);
        closeTails(Set.of(state.active().lastTail()));
      }
    } finally {
      states.letGo(state);
    }
  }

  private void write(Generation generation) throws IOException {
    Progress done = progress.computeIfAbsent(generation, first -> new Progress());
    RowBuffer copies = scratch(generation.schema());
    while (true) {
      RowBuffer rows = generation.unwritten(done.chunk, done.row, copies);
      boolean chunkIsClosed = done.chunk < generation.publishedChunks();
      if (rows != null) {
        Tail tail = tail(generation.lastTail());
        tail.dirty = true;
        tail.frames.append(rows.batch(), "");
        done.row += rows.batch().rowCount();
      } else if (chunkIsClosed) {
        done.chunk++;
        done.row = 0;
      } else {
        return;
      }
    }
  }

  private RowBuffer scratch(Schema schema) {
    RowBuffer buffer = scratch;
    if (buffer == null || !buffer.batch().schema().equals(schema)) {
      buffer = Staging.newBuffer(schema);
      scratch = buffer;
    }
    return buffer;
  }

  private Tail tail(FileId id) throws IOException {
    Tail tail = tails.get(id);
    if (tail == null) {
      String path = LogLayout.tail(id);
      OutputFile file = store.createLog(path);
      try {
        tail = new Tail(TailWriter.create(file, new TailHeader(logId, writer), encoder));
        store.syncDirectory(LogLayout.TAILS);
      } catch (IOException | RuntimeException failed) {
        file.close();
        throw failed;
      }
      tails.put(id, tail);
    }
    return tail;
  }

  private void closeTails(Set<FileId> kept) throws IOException {
    for (Iterator<Map.Entry<FileId, Tail>> all = tails.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<FileId, Tail> entry = all.next();
      if (!kept.contains(entry.getKey())) {
        all.remove();
        entry.getValue().frames.close();
      }
    }
  }

  private void abandonTails() {
    for (Tail tail : tails.values()) {
      try {
        tail.frames.close();
      } catch (IOException alreadyReported) {
        // The first failure says why the log is unusable.
      }
    }
    tails.clear();
  }
}
