package io.varve.query;

import io.varve.column.ZoneMap;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The zone maps of some rows: of a block, a segment or a frame. */
@FunctionalInterface
public interface ZoneMapLookup {

  /** Returns what is known of a column over the rows, null if nothing is. */
  @Nullable ZoneMap zoneMap(int fieldId) throws IOException;
}
