package io.varve.cli;

import io.varve.io.LocalFileStore;
import io.varve.table.FileCommitLog;
import io.varve.table.TableDirectory;
import io.varve.table.TableMaintenance;
import io.varve.table.TableUpkeep;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What all commands on a table have in common. Open for the commands of this package. */
@Command(
    mixinStandardHelpOptions = true,
    version = Varve.VERSION,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed",
      "2:wrong options",
      "3:found damage, or something that wants attention",
      "4:not confirmed, nothing changed",
      "5:what was asked for is not there"
    })
abstract class TableCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "TABLE", description = "The table's directory.")
  private Path directory = Path.of("");

  final Path directory() {
    return directory;
  }

  final TableDirectory openTable() throws IOException {
    return TableDirectory.open(new LocalFileStore(directory));
  }

  final FileCommitLog log(TableDirectory table) {
    return new FileCommitLog(table.store());
  }

  final TableMaintenance maintenance(TableDirectory table) {
    return new TableMaintenance(table, who(), System::currentTimeMillis);
  }

  final TableUpkeep upkeep(TableDirectory table) {
    return new TableUpkeep(table, who(), System::currentTimeMillis);
  }

  /** Returns who gives the command, for records. */
  static String who() {
    String host = System.getenv("HOSTNAME");
    return System.getProperty("user.name") + (host == null ? "" : "@" + host);
  }

  /** Returns the command as it was given, for records. */
  final String commandGiven() {
    return "varve " + String.join(" ", spec.commandLine().getParseResult().originalArgs());
  }

  /** Returns where results go. */
  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** Returns where everything else goes. */
  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  final CommandSpec spec() {
    return spec;
  }
}
