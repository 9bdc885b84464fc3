package io.varve.io;

/** A writing job whose reign has ended: another attempt or another job has taken over the table. */
public final class FencedException extends VarveException {

  private static final long serialVersionUID = 1L;

  private final boolean suppressesRestart;

  /**
   * Creates the error.
   *
   * @param message names who took over, when, and what to do
   * @param suppressesRestart whether another run owns the table now, so that a restart of this one
   *     can't help
   */
  public FencedException(String message, boolean suppressesRestart) {
    super(message);
    this.suppressesRestart = suppressesRestart;
  }

  @Override
  public String code() {
    return "VARVE-FENCED";
  }

  @Override
  public boolean suppressesRestart() {
    return suppressesRestart;
  }
}
