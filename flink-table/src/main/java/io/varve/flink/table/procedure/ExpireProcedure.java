package io.varve.flink.table.procedure;

import io.varve.table.TableUpkeep;
import io.varve.table.protocol.Removal;
import java.io.IOException;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.ProcedureHint;
import org.apache.flink.table.procedure.ProcedureContext;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/** Removes old commits and the files that only they show. */
public final class ExpireProcedure extends TableProcedure {

  ExpireProcedure(TableOpener tables) {
    super(tables);
  }

  /** Does it; Flink calls this with the arguments of {@code CALL}. */
  @ProcedureHint(
      arguments = {
        @ArgumentHint(name = "table_name", type = @DataTypeHint("STRING")),
        @ArgumentHint(name = "history_time", type = @DataTypeHint("STRING"), isOptional = true),
        @ArgumentHint(name = "min_commits", type = @DataTypeHint("INT"), isOptional = true),
        @ArgumentHint(name = "dry_run", type = @DataTypeHint("BOOLEAN"), isOptional = true)
      },
      output =
          @DataTypeHint("ROW<expired_through BIGINT, commits BIGINT, files INT, `bytes` BIGINT>"))
  public Row[] call(
      ProcedureContext context,
      String name,
      @Nullable String historyTime,
      @Nullable Integer minCommits,
      @Nullable Boolean dryRun)
      throws IOException {
    TableUpkeep upkeep = upkeep(open(name));
    Removal removal = upkeep.expire(history(upkeep, historyTime, minCommits), isTrue(dryRun));
    return new Row[] {
      Row.of(removal.expiredThrough(), removal.records(), removal.files().size(), removal.bytes())
    };
  }
}
