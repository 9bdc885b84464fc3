package io.varve.table.protocol;

import java.util.List;

/**
 * What a maintenance record announces before anything is deleted. Immutable.
 *
 * @param expiresThrough records up to this number expire; 0 if none does
 * @param files the files that will be deleted
 */
public record CleanUp(long expiresThrough, List<String> files) {

  /** Copies the list. */
  public CleanUp {
    files = List.copyOf(files);
  }
}
