package io.varve.cli;

/** How commands end. */
final class ExitCode {

  /** Done. */
  static final int OK = 0;

  /** Failed; standard error says why. */
  static final int FAILED = 1;

  /** Wrong options. */
  static final int USAGE = 2;

  /** What was looked at is not as it should be: damage, or something that wants attention. */
  static final int FOUND = 3;

  /** Nothing was changed, because it was not confirmed. */
  static final int REFUSED = 4;

  /** What was asked for is not there. */
  static final int MISSING = 5;

  private ExitCode() {}
}
