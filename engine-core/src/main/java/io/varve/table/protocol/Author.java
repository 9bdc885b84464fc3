package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

/**
 * Who made a record and why. Immutable.
 *
 * @param id unique to the attempt that made it, so that an author knows its own record
 * @param who in words, such as the job's name and the host
 * @param why in words, such as the command given
 */
public record Author(String id, String who, String why) {

  /** Checks that nothing is null. */
  public Author {
    requireNonNull(id);
    requireNonNull(who);
    requireNonNull(why);
  }
}
