package io.varve.engine;

import java.util.List;

/**
 * What an erasure did. Immutable.
 *
 * @param rows how many rows it removed, besides those that were deleted before
 * @param segments how many segments were rewritten
 * @param unreachable quarantined files that may still hold rows; delete them by hand
 */
public record EraseResult(long rows, int segments, List<String> unreachable) {

  /** Copies the list. */
  public EraseResult {
    unreachable = List.copyOf(unreachable);
  }
}
