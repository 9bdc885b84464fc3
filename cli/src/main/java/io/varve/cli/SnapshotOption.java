package io.varve.cli;

import io.varve.table.CommitChoice;
import io.varve.table.LeasedSnapshot;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.time.Instant;
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

    @Option(
        names = "--at",
        paramLabel = "TIME",
        description = "The commit then newest (as 2026-05-04T13:00:00Z).")
    private @Nullable Instant at;

    @Option(
        names = "--checkpoint",
        paramLabel = "ID",
        description = "The commit of a checkpoint: its id, or lineage:id.")
    private @Nullable String checkpoint;

    CommitChoice chosen() {
      if (commit != null) {
        return CommitChoice.number(commit);
      }
      if (tag != null) {
        return CommitChoice.tagged(tag);
      }
      if (at != null) {
        return CommitChoice.at(at);
      }
      return checkpoint == null ? CommitChoice.LATEST : CommitChoice.checkpoint(checkpoint);
    }
  }

  /** Returns the commit, for those who need none of its files. */
  TableSnapshot of(TableDirectory table) throws IOException {
    return (choice == null ? CommitChoice.LATEST : choice.chosen()).of(table);
  }

  /** Returns the commit, whose files stay until it is closed. */
  LeasedSnapshot lease(TableDirectory table) throws IOException {
    return choice == null
        ? LeasedSnapshot.latest(table, TableCommand.who(), System::currentTimeMillis)
        : LeasedSnapshot.of(
            choice.chosen().of(table), TableCommand.who(), System::currentTimeMillis);
  }
}
