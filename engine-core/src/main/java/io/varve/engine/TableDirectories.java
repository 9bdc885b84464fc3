package io.varve.engine;

import io.varve.io.LocalFileStore;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Tells whether a directory is a part of a table. Stateless. */
final class TableDirectories {

  private static final int MAX_DEPTH = 64;

  private TableDirectories() {}

  /** Refuses a table's root and every directory below one. */
  static void refuse(Path directory) throws IOException {
    Path at = directory.toAbsolutePath().normalize();
    @Nullable Path parent = at;
    for (int depth = 0; parent != null && depth < MAX_DEPTH; depth++) {
      if (new LocalFileStore(parent).length("table.json").isPresent()) {
        throw Identity.refused(at.toString(), parent.toString());
      }
      parent = parent.getParent();
    }
  }
}
