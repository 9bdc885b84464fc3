package io.varve.io;

/** A commit that does not follow the newest one: what lies between is missing. */
public final class CommitGapException extends VarveException {

  private static final long serialVersionUID = 1L;

  /** Creates the error; the message names the thing, the place and the remedy. */
  public CommitGapException(String message) {
    super(message);
  }

  @Override
  public String code() {
    return "VARVE-COMMIT-GAP";
  }
}
