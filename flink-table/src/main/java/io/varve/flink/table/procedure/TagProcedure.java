package io.varve.flink.table.procedure;

import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.ProcedureHint;
import org.apache.flink.table.procedure.ProcedureContext;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/** Names a commit so that it stays readable, and lists the tags. */
public final class TagProcedure extends TableProcedure {

  TagProcedure(TableOpener tables) {
    super(tables);
  }

  /** Does it; Flink calls this with the arguments of {@code CALL}. */
  @ProcedureHint(
      arguments = {
        @ArgumentHint(name = "table_name", type = @DataTypeHint("STRING")),
        @ArgumentHint(name = "tag", type = @DataTypeHint("STRING")),
        @ArgumentHint(name = "commit", type = @DataTypeHint("BIGINT"), isOptional = true)
      },
      output = @DataTypeHint("ROW<tag STRING, commit BIGINT>"))
  public Row[] call(ProcedureContext context, String name, String tag, @Nullable Long commit)
      throws IOException {
    TableDirectory table = open(name);
    long number = commit == null ? TableSnapshot.latest(table).number() : commit;
    upkeep(table).tag(tag, number);
    return new Row[] {Row.of(tag, number)};
  }
}
