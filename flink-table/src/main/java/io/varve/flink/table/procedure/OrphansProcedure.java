package io.varve.flink.table.procedure;

import io.varve.table.HistoryOptions;
import io.varve.table.TableDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.ProcedureHint;
import org.apache.flink.table.procedure.ProcedureContext;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/** Deletes segments and tails that failures left behind. */
public final class OrphansProcedure extends TableProcedure {

  OrphansProcedure(TableOpener tables) {
    super(tables);
  }

  /** Does it; Flink calls this with the arguments of {@code CALL}. */
  @ProcedureHint(
      arguments = {
        @ArgumentHint(name = "table_name", type = @DataTypeHint("STRING")),
        @ArgumentHint(name = "history_time", type = @DataTypeHint("STRING"), isOptional = true),
        @ArgumentHint(name = "dry_run", type = @DataTypeHint("BOOLEAN"), isOptional = true)
      },
      output = @DataTypeHint("ROW<file STRING, kind STRING, removed BOOLEAN>"))
  public Row[] call(
      ProcedureContext context, String name, @Nullable String historyTime, @Nullable Boolean dryRun)
      throws IOException {
    TableDirectory table = open(name);
    boolean dry = isTrue(dryRun);
    HistoryOptions history = history(upkeep(table), historyTime, null);
    List<Row> rows = new ArrayList<>();
    for (String file : upkeep(table).removeOrphans(history, dry).files()) {
      rows.add(Row.of(file, "orphan", !dry));
    }
    for (String file : upkeep(table).removeLeftovers(history, dry)) {
      rows.add(Row.of(file, "leftover of the log", !dry));
    }
    return rows.toArray(new Row[0]);
  }
}
