package io.varve.benchmarks;

import io.varve.benchmarks.encoding.SizeSuite;
import io.varve.benchmarks.flink.RollupSuite;
import io.varve.benchmarks.flink.SinkSuite;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** The program behind {@code bin/varve-bench}: one command for each suite. */
@Command(
    name = "varve-bench",
    mixinStandardHelpOptions = true,
    version = "varve 0.1.0-SNAPSHOT",
    synopsisSubcommandLabel = "SUITE",
    description = "Measures Varve, alone and beside its peers.",
    commandListHeading = "%nSuites, and what is made of their results:%n",
    footer = "%n`varve-bench SUITE --help` lists a suite's options.")
public final class VarveBench {

  private static final int OK = 0;
  private static final int DIFFERENT_ANSWERS = 1;

  private VarveBench() {}

  /** Runs a suite. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** Returns all suites. */
  static List<Suite> suites() {
    return List.of(
        new EventsSuite(),
        new EngineSuite(),
        new KernelsSuite(),
        new SizeSuite(),
        new SinkSuite(),
        new RollupSuite(),
        new GeneratorSuite());
  }

  static CommandLine commandLine() {
    CommandLine root = new CommandLine(new VarveBench());
    for (Suite suite : suites()) {
      CommandLine command = new CommandLine(suite);
      command.addMixin("bench", new BenchOptions());
      command.getCommandSpec().mixinStandardHelpOptions(true);
      root.addSubcommand(command);
    }
    root.addSubcommand(new ChartCommand());
    root.addSubcommand(new ReportCommand());
    return root.setExecutionStrategy(VarveBench::run)
        .setExecutionExceptionHandler(
            (failure, failed, parsed) -> {
              failure.printStackTrace(failed.getErr());
              return CommandLine.ExitCode.SOFTWARE;
            });
  }

  private static int run(ParseResult parsed) {
    Integer helped = CommandLine.executeHelpRequest(parsed);
    if (helped != null) {
      return helped;
    }
    if (!parsed.hasSubcommand()) {
      parsed.commandSpec().commandLine().usage(parsed.commandSpec().commandLine().getErr());
      return CommandLine.ExitCode.USAGE;
    }
    CommandLine command = parsed.subcommand().commandSpec().commandLine();
    try {
      if (command.getCommand() instanceof Callable<?> other) {
        return (Integer) Objects.requireNonNull(other.call());
      }
      return run(command);
    } catch (Exception failure) {
      throw new CommandLine.ExecutionException(
          command, command.getCommandName() + " failed: " + failure, failure);
    }
  }

  private static int run(CommandLine command) throws Exception {
    BenchOptions options = (BenchOptions) Objects.requireNonNull(command.getMixins().get("bench"));
    PrintWriter talk = command.getErr();
    Map<String, String> machine = Machine.describe();
    machine.forEach((name, value) -> talk.println(name + ": " + value));
    talk.flush();
    Bench bench = new Bench(options, talk);
    Suite suite = command.getCommand();
    suite.run(bench);
    new Report(bench.measurements()).print(command.getOut());
    if (options.json() != null) {
      JsonReport.write(options.json(), command.getCommandName(), bench, machine);
    }
    bench.differences().forEach(line -> talk.println("answers differ: " + line));
    talk.flush();
    return bench.differences().isEmpty() ? OK : DIFFERENT_ANSWERS;
  }
}
