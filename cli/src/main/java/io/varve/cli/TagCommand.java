package io.varve.cli;

import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists tags, sets one, or takes one away. */
@Command(
    name = "tag",
    description = "Lists tags, or names a commit so that it stays readable until the tag goes.")
final class TagCommand extends TableCommand {

  @Mixin private OutputOption output = new OutputOption();

  @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "The tag.")
  private @Nullable String name;

  @Option(
      names = "--commit",
      paramLabel = "N",
      description = "The commit to name (default: the newest).")
  private @Nullable Long commit;

  @Option(names = "--remove", description = "Take the tag away: the commit may expire again.")
  private boolean remove;

  @Override
  public Integer call() throws IOException {
    TableDirectory table = openTable();
    String tag = name;
    if (tag != null && remove) {
      if (upkeep(table).untag(tag) == 0) {
        err().println("tag: there is no tag '" + tag + "'");
        return ExitCode.MISSING;
      }
    } else if (tag != null) {
      long number = commit == null ? TableSnapshot.latest(table).number() : commit;
      upkeep(table).tag(tag, number);
    }
    try (RowPrinter printer = output.printer(out(), List.of("tag", "commit"))) {
      for (Map.Entry<String, Long> entry : upkeep(table).tags().entrySet()) {
        printer.row(entry.getKey(), entry.getValue());
      }
    }
    return ExitCode.OK;
  }
}
