package io.varve.engine;

import java.util.function.UnaryOperator;

/**
 * A change of the manifest alone. Immutable.
 *
 * @param change of the manifest
 */
record ManifestChange(UnaryOperator<Manifest> change) implements LogCore.Change {

  @Override
  public Manifest manifest(LogState now) {
    return change.apply(now.manifest());
  }

  @Override
  public LogState state(LogState now, Manifest published) {
    return new LogState(published, now.segments(), now.generations(), now.tombstones());
  }

  @Override
  public void retire() {}
}
