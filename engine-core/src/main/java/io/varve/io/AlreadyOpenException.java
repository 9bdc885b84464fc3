package io.varve.io;

/** A directory that has one writer already. */
public final class AlreadyOpenException extends VarveException {

  private static final long serialVersionUID = 1L;

  /** Creates the error; the message names the thing, the place and the remedy. */
  public AlreadyOpenException(String message) {
    super(message);
  }

  @Override
  public String code() {
    return "VARVE-ALREADY-OPEN";
  }
}
