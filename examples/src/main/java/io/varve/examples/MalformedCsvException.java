package io.varve.examples;

import java.io.IOException;

/** A CSV file that can't be read; the message names file, line, column and remedy. */
public final class MalformedCsvException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Creates the exception. */
  public MalformedCsvException(String message) {
    super(message);
  }
}
