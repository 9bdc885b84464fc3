package io.varve.table.protocol;

/** How a commit ended well. */
public enum CommitResult {
  /** A record was created. */
  COMMITTED,
  /** The log has it already. */
  DONE_BEFORE,
  /** It belongs to the restored checkpoint, so the open record has it. */
  IN_OPEN_RECORD
}
