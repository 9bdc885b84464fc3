package io.varve.io;

/** A file of an older or newer format version than this release reads. */
public final class UnsupportedVersionException extends VarveException {

  private static final long serialVersionUID = 1L;

  /** Creates the error; the message names the thing, the place and the remedy. */
  public UnsupportedVersionException(String message) {
    super(message);
  }

  @Override
  public String code() {
    return "VARVE-UNSUPPORTED-VERSION";
  }

  @Override
  public boolean suppressesRestart() {
    return true;
  }
}
