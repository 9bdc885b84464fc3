package io.varve.flink.table.procedure;

import io.varve.table.BackOff;
import io.varve.table.FileCommitLog;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.RewindOperation;
import io.varve.table.protocol.RewindRequest;
import io.varve.table.protocol.RunId;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.ProcedureHint;
import org.apache.flink.table.procedure.ProcedureContext;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/** Takes a table back to an older commit; a running job is fenced. */
public final class RewindProcedure extends TableProcedure {

  RewindProcedure(TableOpener tables) {
    super(tables);
  }

  /** Does it; Flink calls this with the arguments of {@code CALL}. */
  @ProcedureHint(
      arguments = {
        @ArgumentHint(name = "table_name", type = @DataTypeHint("STRING")),
        @ArgumentHint(name = "to_commit", type = @DataTypeHint("BIGINT"), isOptional = true),
        @ArgumentHint(name = "to_tag", type = @DataTypeHint("STRING"), isOptional = true),
        @ArgumentHint(name = "to_checkpoint", type = @DataTypeHint("STRING"), isOptional = true),
        @ArgumentHint(name = "dry_run", type = @DataTypeHint("BOOLEAN"), isOptional = true)
      },
      output =
          @DataTypeHint(
              "ROW<from_commit BIGINT, to_commit BIGINT, rows_before BIGINT, rows_after BIGINT, "
                  + "new_commit BIGINT>"))
  public Row[] call(
      ProcedureContext context,
      String name,
      @Nullable Long toCommit,
      @Nullable String toTag,
      @Nullable String toCheckpoint,
      @Nullable Boolean dryRun)
      throws IOException {
    TableDirectory table = open(name);
    TableSnapshot now = TableSnapshot.latest(table);
    TableSnapshot then = snapshot(table, toCommit, toTag, toCheckpoint);
    Long made = isTrue(dryRun) ? null : rewind(table, then.number());
    return new Row[] {Row.of(now.number(), then.number(), now.rowCount(), then.rowCount(), made)};
  }

  private static long rewind(TableDirectory table, long target) throws IOException {
    RunId run = new RunId(System.currentTimeMillis(), ThreadLocalRandom.current().nextLong());
    Author author =
        new Author(
            UUID.randomUUID().toString(), SqlAuthor.who(), "CALL sys.rewind to commit " + target);
    return new RewindOperation(new RewindRequest(target, run, author), new LogView())
        .run(new FileCommitLog(table.store()), System::currentTimeMillis, BackOff::await);
  }
}
