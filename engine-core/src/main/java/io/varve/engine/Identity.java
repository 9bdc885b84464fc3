package io.varve.engine;

import io.varve.io.CorruptFileException;
import io.varve.io.FileStore;
import io.varve.io.OpenRefusedException;
import io.varve.schema.TableDefinition;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * What a directory is: the first file that is made in it. Immutable.
 *
 * @param standsAlone whether it is a log of its own, or a part of a table
 * @param id the log's unique id, or the table's
 * @param definition what it was created with
 */
record Identity(boolean standsAlone, UUID id, TableDefinition definition) {

  private static final String TABLE = "table.json";

  /**
   * Reads what a directory is; empty if it is nothing yet.
   *
   * @throws OpenRefusedException if it belongs to a table
   */
  static Optional<Identity> read(FileStore store) throws IOException {
    if (store.length(TABLE).isPresent()) {
      throw refused(store.describe(""), store.describe(""));
    }
    if (store.length(LogLayout.IDENTITY).isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = store.readAll(LogLayout.IDENTITY, ManifestCodec.MAX_BYTES);
    Identity identity = ManifestCodec.readIdentity(store.describe(LogLayout.IDENTITY), bytes);
    if (!identity.standsAlone) {
      throw refused(store.describe(""), "id " + identity.id);
    }
    return Optional.of(identity);
  }

  /** Creates the identity of a new log. */
  static Identity create(FileStore store, TableDefinition definition) throws IOException {
    for (String directory : new String[] {LogLayout.MANIFESTS, LogLayout.SEGMENTS}) {
      if (!store.list(directory).isEmpty()) {
        throw new CorruptFileException(
            store.describe(LogLayout.IDENTITY)
                + ": is missing, though there are files in "
                + directory
                + "/; restore it from a backup");
      }
    }
    Identity identity = new Identity(true, UUID.randomUUID(), definition);
    store.publish(LogLayout.IDENTITY, ManifestCodec.write(identity));
    return read(store).orElseThrow();
  }

  static OpenRefusedException refused(String directory, String table) {
    return new OpenRefusedException(
        directory
            + ": belongs to the table "
            + table
            + ", whose commit log alone says which of its rows exist; read the table with"
            + " TableSnapshot or a Flink source, or look at it with 'varve stats "
            + table
            + "'");
  }
}
