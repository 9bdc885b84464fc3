package io.varve.engine;

import io.varve.column.BlockSource;
import io.varve.io.FileStore;
import io.varve.io.InputFile;
import io.varve.schema.Schema;
import io.varve.tail.FrameRange;
import io.varve.tail.TailReader;
import io.varve.tail.TailScan;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The whole frames of a tail that another process may be writing. Confined to one thread. */
final class TailPart implements Part {

  private final FileStore store;
  private final String path;
  private final Schema schema;
  private final FrameRange frames;
  private final Tombstones tombstones;
  private final long rows;
  private @Nullable TailReader reader;

  private TailPart(
      FileStore store, String path, Schema schema, TailScan scan, Tombstones tombstones) {
    this.store = store;
    this.path = path;
    this.schema = schema;
    this.frames = new FrameRange(0, scan.end());
    this.tombstones = tombstones;
    this.rows = scan.frames().stream().mapToLong(frame -> frame.rows()).sum();
  }

  /** Finds the frames that are whole now; what follows them is not there yet. */
  static TailPart scan(FileStore store, FileId id, Schema schema, Tombstones tombstones)
      throws IOException {
    String path = LogLayout.tail(id);
    try (InputFile file = store.open(path)) {
      return new TailPart(store, path, schema, TailScan.scanFrames(file, 0), tombstones);
    }
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public long minTime() {
    return Long.MIN_VALUE;
  }

  @Override
  public long maxTime() {
    return Long.MAX_VALUE;
  }

  @Override
  public boolean isSorted() {
    return false;
  }

  @Override
  public BlockSource source() throws IOException {
    TailReader opened = reader;
    if (opened == null) {
      opened = TailReader.open(store.open(path), schema, frames, null);
      reader = opened;
    }
    if (tombstones.isEmpty()) {
      return opened;
    }
    LiveRows live = LiveRows.of(opened, tombstones);
    return live.isEverything() ? opened : new LiveSource(opened, live);
  }

  @Override
  public void release() throws IOException {
    TailReader opened = reader;
    reader = null;
    if (opened != null) {
      opened.close();
    }
  }
}
