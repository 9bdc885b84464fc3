package io.varve.io;

/** Rows that a reader has passed on were taken back, so that it can't go on. */
public final class TableRewoundException extends VarveException {

  private static final long serialVersionUID = 1L;

  /** Creates the error; the message names the thing, the place and the remedy. */
  public TableRewoundException(String message) {
    super(message);
  }

  @Override
  public String code() {
    return "VARVE-TABLE-REWOUND";
  }

  @Override
  public boolean suppressesRestart() {
    return true;
  }
}
