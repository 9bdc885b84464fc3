package io.varve.cli;

import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Which commit is read. */
final class SnapshotOption {

  @ArgGroup private @Nullable Choice choice;

  private static final class Choice {
    @Option(
        names = "--commit",
        paramLabel = "N",
        description = "The commit to read, by its number (default: the newest).")
    private @Nullable Long commit;

    @Option(names = "--tag", paramLabel = "NAME", description = "The commit to read, by its tag.")
    private @Nullable String tag;
  }

  TableSnapshot of(TableDirectory table) throws IOException {
    Choice chosen = choice;
    if (chosen != null && chosen.commit != null) {
      return TableSnapshot.at(table, chosen.commit);
    }
    TableSnapshot newest = TableSnapshot.latest(table);
    if (chosen == null || chosen.tag == null) {
      return newest;
    }
    Long tagged = newest.state().facts().tags().get(chosen.tag);
    if (tagged == null) {
      throw new IllegalArgumentException(
          "no commit is tagged '"
              + chosen.tag
              + "'; there are "
              + newest.state().facts().tags().toSortedMap().keySet());
    }
    return TableSnapshot.at(table, tagged);
  }
}
