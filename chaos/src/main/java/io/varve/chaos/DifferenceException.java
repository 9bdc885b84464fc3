package io.varve.chaos;

/** The table and the ledger differ: what the chaos is there to find. */
final class DifferenceException extends Exception {

  private static final long serialVersionUID = 1L;

  DifferenceException(String message) {
    super(message);
  }
}
