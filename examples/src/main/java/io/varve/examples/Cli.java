package io.varve.examples;

import picocli.CommandLine;

/** How commands are run: results on standard output, talk on standard error, an exit code. */
final class Cli {

  /** Exit code of success. */
  static final int OK = 0;

  /** Exit code of failure; wrong options have picocli's own. */
  static final int FAILED = CommandLine.ExitCode.SOFTWARE;

  private Cli() {}

  /** Runs a command and returns its exit code. */
  static int run(Object command, String... args) {
    return commandLine(command).execute(args);
  }

  /** Returns a command that tells errors in one line. */
  static CommandLine commandLine(Object command) {
    return new CommandLine(command)
        .setExecutionExceptionHandler(
            (failure, failed, parsed) -> {
              failed.getErr().println(failed.getCommandName() + ": " + ErrorMessages.of(failure));
              failed.getErr().flush();
              return FAILED;
            });
  }
}
