package io.varve.flink.table.procedure;

import io.varve.table.TableDirectory;
import java.io.IOException;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.ProcedureHint;
import org.apache.flink.table.procedure.ProcedureContext;
import org.apache.flink.types.Row;

/** Takes a tag away: its commit may expire again. */
public final class UntagProcedure extends TableProcedure {

  UntagProcedure(TableOpener tables) {
    super(tables);
  }

  /** Does it; Flink calls this with the arguments of {@code CALL}. */
  @ProcedureHint(
      arguments = {
        @ArgumentHint(name = "table_name", type = @DataTypeHint("STRING")),
        @ArgumentHint(name = "tag", type = @DataTypeHint("STRING"))
      },
      output = @DataTypeHint("ROW<tag STRING, commit BIGINT>"))
  public Row[] call(ProcedureContext context, String name, String tag) throws IOException {
    TableDirectory table = open(name);
    Long commit = upkeep(table).tags().get(tag);
    if (commit == null || upkeep(table).untag(tag) == 0) {
      throw new IllegalArgumentException(
          "there is no tag '" + tag + "'; there are " + upkeep(table).tags().keySet());
    }
    return new Row[] {Row.of(tag, commit)};
  }
}
