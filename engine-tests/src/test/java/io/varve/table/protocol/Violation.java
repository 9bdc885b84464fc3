package io.varve.table.protocol;

/** The oracle found something that must never happen. */
final class Violation extends RuntimeException {

  private static final long serialVersionUID = 1L;

  Violation(String message) {
    super(message);
  }
}
