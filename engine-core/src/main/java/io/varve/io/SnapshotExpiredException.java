package io.varve.io;

/** A commit or savepoint whose files have been cleaned up. */
public final class SnapshotExpiredException extends VarveException {

  private static final long serialVersionUID = 1L;

  /** Creates the error; the message names the thing, the place and the remedy. */
  public SnapshotExpiredException(String message) {
    super(message);
  }

  @Override
  public String code() {
    return "VARVE-SNAPSHOT-EXPIRED";
  }
}
