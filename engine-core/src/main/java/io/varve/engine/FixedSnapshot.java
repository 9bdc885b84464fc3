package io.varve.engine;

import io.varve.schema.TableDefinition;
import java.io.IOException;
import java.util.List;

/**
 * What a reader in another process saw.
 *
 * @param manifest that was the newest
 * @param parts where the rows are
 */
record FixedSnapshot(Manifest manifest, List<Part> parts) implements LogSnapshot {

  FixedSnapshot {
    parts = List.copyOf(parts);
  }

  @Override
  public TableDefinition definition() {
    return manifest.definition();
  }

  @Override
  public long floor() {
    return manifest.floor();
  }

  @Override
  public long manifestNumber() {
    return manifest.number();
  }

  @Override
  public void close() throws IOException {
    for (Part part : parts) {
      part.release();
    }
  }
}
