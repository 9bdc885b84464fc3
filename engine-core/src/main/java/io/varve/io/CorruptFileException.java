package io.varve.io;

/** Bytes of a file that are not what was written. */
public final class CorruptFileException extends VarveException {

  private static final long serialVersionUID = 1L;

  /** Creates the error; the message names the thing, the place and the remedy. */
  public CorruptFileException(String message) {
    super(message);
  }

  @Override
  public String code() {
    return "VARVE-CORRUPT-FILE";
  }
}
