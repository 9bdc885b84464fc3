package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

/**
 * A file of a table as a listing shows it. Immutable.
 *
 * @param file its path relative to the table
 * @param bytes its length
 * @param lastWrittenMillis when it was last written, milliseconds since the epoch
 */
public record StoredFile(String file, long bytes, long lastWrittenMillis) {

  /** Checks that nothing is null. */
  public StoredFile {
    requireNonNull(file);
  }
}
