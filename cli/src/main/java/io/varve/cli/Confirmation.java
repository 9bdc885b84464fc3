package io.varve.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Asks before something goes away. */
final class Confirmation {

  @Option(names = "--dry-run", description = "Only tell what would be done.")
  private boolean dryRun;

  @Option(
      names = {"-y", "--yes"},
      description = "Don't ask. Needed where there is no terminal to ask at.")
  private boolean yes;

  boolean dryRun() {
    return dryRun;
  }

  /**
   * Makes sure that someone wants it.
   *
   * @throws NotConfirmedException if nobody does, or can be asked
   */
  void require(String question, PrintWriter err) {
    if (yes) {
      return;
    }
    Console console = System.console();
    if (console == null) {
      throw new NotConfirmedException(
          question + " Nothing was changed: there is no terminal to ask at; add --yes");
    }
    err.print(question + " [y/N] ");
    err.flush();
    String answer = console.readLine();
    if (answer == null || !answer.strip().toLowerCase(Locale.ROOT).startsWith("y")) {
      throw new NotConfirmedException("nothing was changed");
    }
  }
}
