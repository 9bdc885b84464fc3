package io.varve.io;

/** A job that may not take over the table; a person has to decide. */
public final class OpenRefusedException extends VarveException {

  private static final long serialVersionUID = 1L;

  /** Creates the error; the message names the thing, the place and the remedy. */
  public OpenRefusedException(String message) {
    super(message);
  }

  @Override
  public String code() {
    return "VARVE-OPEN-REFUSED";
  }

  @Override
  public boolean suppressesRestart() {
    return true;
  }
}
