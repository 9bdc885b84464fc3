package io.varve.query;

import io.varve.column.BlockSource;
import io.varve.column.ZoneMap;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * All rows of a source as one zone.
 *
 * @param source the source
 */
public record WholeSource(BlockSource source) implements ZoneMapLookup {

  /** Returns the number of rows of all blocks. */
  public int rowCount() {
    int rows = 0;
    for (int block = 0; block < source.blockCount(); block++) {
      rows = Math.addExact(rows, source.rowCount(block));
    }
    return rows;
  }

  @Override
  public @Nullable ZoneMap zoneMap(int fieldId) throws IOException {
    return source.zoneMap(fieldId);
  }
}
