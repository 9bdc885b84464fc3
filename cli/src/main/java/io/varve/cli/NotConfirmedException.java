package io.varve.cli;

/** Something would go away, and nobody has said yes. */
final class NotConfirmedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NotConfirmedException(String message) {
    super(message);
  }
}
