package io.varve.io;

import java.io.IOException;

/**
 * What the world can do to Varve: damage, fencing, a wrong schema, a lost race. The message names
 * the thing, the place and the remedy.
 */
public abstract sealed class VarveException extends IOException
    permits AlreadyOpenException,
        CommitGapException,
        CorruptFileException,
        FencedException,
        OpenRefusedException,
        SchemaMismatchException,
        SnapshotExpiredException,
        StoreUnsuitableException,
        TableRewoundException,
        UnsupportedVersionException {

  private static final long serialVersionUID = 1L;

  VarveException(String message) {
    super(message);
  }

  /** Returns the error's stable code, such as {@code VARVE-CORRUPT-FILE}; messages may change. */
  public abstract String code();

  /** Returns whether the same call may pass when it is made again. */
  public boolean isRetriable() {
    return false;
  }

  /**
   * Returns whether a restart of the job can't help, so that it should fail for good at once.
   *
   * <p>True where another owner has taken over or a person has to decide.
   */
  public boolean suppressesRestart() {
    return false;
  }
}
