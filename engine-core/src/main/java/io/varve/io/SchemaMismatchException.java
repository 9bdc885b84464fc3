package io.varve.io;

/** A table, or rows for it, of another schema than expected. */
public final class SchemaMismatchException extends VarveException {

  private static final long serialVersionUID = 1L;

  /** Creates the error; the message names the thing, the place and the remedy. */
  public SchemaMismatchException(String message) {
    super(message);
  }

  @Override
  public String code() {
    return "VARVE-SCHEMA-MISMATCH";
  }

  @Override
  public boolean suppressesRestart() {
    return true;
  }
}
