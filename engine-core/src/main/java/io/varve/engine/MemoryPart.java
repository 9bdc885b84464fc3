package io.varve.engine;

import io.varve.column.BlockSource;
import io.varve.column.ZoneMap;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Unsealed rows that are not deleted. Confined to one thread. */
final class MemoryPart implements Part {

  private final GenerationView view;
  private final Tombstones tombstones;
  private @Nullable BlockSource source;
  private long minTime = Long.MAX_VALUE;
  private long maxTime = Long.MIN_VALUE;

  MemoryPart(GenerationView view, Tombstones tombstones) {
    this.view = view;
    this.tombstones = tombstones;
    int timeField = view.schema().timeFieldId();
    for (int block = 0; block < view.blockCount(); block++) {
      if (view.zoneMap(block, timeField) instanceof ZoneMap.OfLong time) {
        minTime = Math.min(minTime, time.min());
        maxTime = Math.max(maxTime, time.max());
      }
    }
  }

  GenerationView view() {
    return view;
  }

  Tombstones tombstones() {
    return tombstones;
  }

  @Override
  public long rows() {
    return view.rows();
  }

  @Override
  public long minTime() {
    return minTime;
  }

  @Override
  public long maxTime() {
    return maxTime;
  }

  @Override
  public boolean isSorted() {
    return false;
  }

  @Override
  public BlockSource source() throws IOException {
    BlockSource opened = source;
    if (opened == null) {
      opened = tombstones.isEmpty() ? view : live();
      source = opened;
    }
    return opened;
  }

  private BlockSource live() throws IOException {
    LiveRows live = LiveRows.of(view, tombstones);
    return live.isEverything() ? view : new LiveSource(view, live);
  }

  @Override
  public void release() {
    source = null;
  }
}
