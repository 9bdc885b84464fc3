package io.varve.table;

/** An option's value does not do. The message names the option, what is wrong and the remedy. */
public final class InvalidOptionException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** Creates one for an option; the message says what is wrong with its value. */
  InvalidOptionException(String option, String problem) {
    super(option + ": " + problem);
  }

  /** Returns the error's stable code; messages may change. */
  public String code() {
    return "VARVE-INVALID-OPTION";
  }
}
