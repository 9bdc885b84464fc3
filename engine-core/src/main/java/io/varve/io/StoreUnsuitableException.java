package io.varve.io;

/** A file store that can't keep the promises that a table needs. */
public final class StoreUnsuitableException extends VarveException {

  private static final long serialVersionUID = 1L;

  /** Creates the error; the message names the thing, the place and the remedy. */
  public StoreUnsuitableException(String message) {
    super(message);
  }

  @Override
  public String code() {
    return "VARVE-STORE-UNSUITABLE";
  }

  @Override
  public boolean suppressesRestart() {
    return true;
  }
}
