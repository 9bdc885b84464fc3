package io.varve.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * All commands. Results go to standard output and everything else to standard error; {@link
 * ExitCode} lists how a command ends.
 */
@Command(
    name = "varve",
    mixinStandardHelpOptions = true,
    version = Varve.VERSION,
    description = "Looks at tables and maintains them, also while a job writes to them.")
public final class Varve implements Runnable {

  static final String VERSION = "varve 0.1.0-SNAPSHOT";

  @Spec private CommandSpec spec = CommandSpec.create();

  private Varve() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(commandLine(args).execute(args));
  }

  /** Returns the command line, ready to be executed. */
  public static CommandLine commandLine() {
    return commandLine(Commands.NAMES);
  }

  /** Returns a command line that knows the one command which is given, or all if that is none. */
  static CommandLine commandLine(String[] args) {
    boolean known = args.length > 0 && Commands.NAMES.contains(args[0]);
    return commandLine(known ? List.of(args[0]) : Commands.NAMES);
  }

  private static CommandLine commandLine(List<String> commands) {
    CommandLine line = new CommandLine(new Varve());
    commands.forEach(name -> line.addSubcommand(Commands.named(name)));
    line.setOut(new PrintWriter(System.out, false, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    String noColor = System.getenv("NO_COLOR");
    if (noColor != null && !noColor.isEmpty()) {
      line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    }
    line.setExecutionExceptionHandler(
        (failure, failed, parsed) -> {
          failed.getOut().flush();
          failed.getErr().println(failed.getCommandName() + ": " + message(failure));
          failed.getErr().flush();
          return failure instanceof NotConfirmedException ? ExitCode.REFUSED : ExitCode.FAILED;
        });
    return line;
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }

  /** Returns what to tell of a failure: its own words where it has some that name a remedy. */
  private static String message(Throwable failure) {
    Throwable cause =
        failure instanceof UncheckedIOException wrapped ? wrapped.getCause() : failure;
    if (cause instanceof NoSuchFileException missing && missing.getReason() == null) {
      return missing.getFile() + ": there is no such file; check the path";
    }
    if (cause instanceof FileSystemException unusable && unusable.getReason() == null) {
      return unusable.getFile() + ": can't be used (" + cause.getClass().getSimpleName() + ")";
    }
    if (cause instanceof IOException
        || cause instanceof IllegalArgumentException
        || cause instanceof NotConfirmedException) {
      return String.valueOf(cause.getMessage());
    }
    return "unexpected failure: " + cause;
  }
}
