package io.varve.engine;

import io.varve.schema.TableDefinition;
import java.util.ArrayList;
import java.util.List;

/** A change of columns while nothing is unsealed. */
final class DefinitionChange implements LogCore.Change {

  private final LogCore core;
  private final TableDefinition definition;
  private List<Segment> replaced = List.of();

  /**
   * Creates a change.
   *
   * @param core whose columns change
   * @param definition the new ones
   */
  DefinitionChange(LogCore core, TableDefinition definition) {
    this.core = core;
    this.definition = definition;
  }

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
    replaced = now.segments();
    Generation next = core.nextGeneration(definition.schema());
    return new LogState(published, segments, List.of(next), now.tombstones());
  }

  /** Closes the readers by the earlier columns. */
  @Override
  public void retire() {
    replaced.forEach(Segment::drop);
  }
}
