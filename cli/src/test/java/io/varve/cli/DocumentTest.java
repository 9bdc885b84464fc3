package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** docs/cli.md and bin/varve say what the commands are. */
class DocumentTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static Map<String, CommandLine> commands() {
    return Varve.commandLine().getSubcommands();
  }

  @Test
  void theDocumentShowsTheHelpOfEveryCommand() throws IOException {
    String document = Files.readString(ROOT.resolve("docs/cli.md"));
    List<String> missing = new ArrayList<>();
    commands()
        .forEach(
            (name, command) -> {
              String section = "### " + name + "\n\n```\n" + help(command) + "```\n";
              if (!document.contains(section)) {
                missing.add(section);
              }
            });
    assertThat(commands()).hasSizeGreaterThan(10);
    assertThat(String.join("\n", missing))
        .as("sections that docs/cli.md should have, and has not in these words")
        .isEmpty();
  }

  /** A command is found by its name without the others; that must be the name that it declares. */
  @Test
  void everyCommandIsFoundByTheNameThatItDeclares() {
    assertThat(commands().keySet()).containsExactlyElementsOf(Commands.NAMES);
    for (String name : Commands.NAMES) {
      String[] args = {name, "--help"};
      assertThat(Varve.commandLine(args).getSubcommands()).containsOnlyKeys(name);
      CommandRun alone = CommandRun.of(name, "--help");
      assertThat(alone.exitCode()).isZero();
      assertThat(alone.out()).startsWith("Usage: varve " + name + " ");
    }
  }

  @Test
  void aWrongNameIsToldWithThoseThatComeNear() {
    CommandRun wrong = CommandRun.of("stat", "somewhere");
    assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(wrong.err()).contains("'stat'").contains("varve stats");
    assertThat(CommandRun.of().err()).contains("a command is missing").contains("rollup");
  }

  static String help(CommandLine command) {
    String help = command.getUsageMessage(Ansi.OFF);
    // The lines about exit codes are the same everywhere; the page has them once.
    int exitCodes = help.indexOf("\nExit codes:");
    String shown = exitCodes < 0 ? help : help.substring(0, exitCodes);
    return shown.lines().map(String::stripTrailing).reduce("", (all, line) -> all + line + "\n");
  }

  @Test
  void everyCommandHasDescriptions() {
    commands()
        .forEach(
            (name, command) -> {
              assertThat(command.getCommandSpec().usageMessage().description())
                  .as(name)
                  .isNotEmpty();
              command
                  .getCommandSpec()
                  .args()
                  .forEach(arg -> assertThat(arg.description()).as(name + " " + arg).isNotEmpty());
            });
  }

  @Test
  void theScriptKnowsEveryCommand() throws IOException {
    String script = Files.readString(ROOT.resolve("bin/varve"));
    int dispatch = script.indexOf("case $command in");
    for (String name : commands().keySet()) {
      assertThat(script.substring(0, dispatch)).as("help").containsPattern("\\b" + name + "\\b");
      assertThat(script.substring(dispatch)).as("dispatch").containsPattern("\\b" + name + "\\b");
    }
  }
}
