package io.varve.examples;

import java.io.IOException;

/** Something that a user can mend; the message says what and how, and is all that is shown. */
final class ExpectedException extends IOException {

  private static final long serialVersionUID = 1L;

  ExpectedException(String message) {
    super(message);
  }
}
