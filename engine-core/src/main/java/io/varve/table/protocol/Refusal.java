package io.varve.table.protocol;

/** Why an open is refused. */
public enum Refusal {
  /** The state was kept for another table. */
  OTHER_TABLE,
  /** A run that was submitted later has opened the table. */
  OLDER_RUN,
  /** Another attempt of this run has committed beyond the restored checkpoint. */
  OWN_RUN_BEHIND,
  /** Another sink of this run writes to the table. */
  SECOND_SINK,
  /** The record that the state continues has expired. */
  EXPIRED,
  /** A file that the state names is gone or about to be. */
  FILES_GONE,
  /** A committable between the table and the state is missing. */
  GAP,
  /** A rewind would drop the rows of a guest. */
  DROPS_GUEST,
  /** A rewind would drop the rows of another job. */
  DROPS_LINEAGE,
  /** Keeping the head's rows would lose restored ones that were never committed. */
  APPEND_LOSES_ROWS,
  /** A rewind is needed and forbidden. */
  REWIND_FORBIDDEN
}
