package io.varve.engine;

import io.varve.schema.TableDefinition;
import java.util.ArrayList;
import java.util.List;

/**
 * A change of columns while nothing is unsealed.
 *
 * @param core whose columns change
 * @param definition the new ones
 */
record DefinitionChange(LogCore core, TableDefinition definition) implements LogCore.Change {

  @Override
  public Manifest manifest(LogState now) {
    return now.manifest().withDefinition(definition);
  }

  @Override
  public LogState state(LogState now, Manifest published) {
    List<Segment> segments = new ArrayList<>();
    for (SegmentEntry entry : published.segments()) {
      segments.add(new Segment(core.store(), published.logId(), definition.schema(), entry));
    }
    Generation next = core.nextGeneration(definition.schema());
    return new LogState(published, segments, List.of(next), now.tombstones());
  }

  @Override
  public void retire() {}
}
