package io.varve.flink.table.procedure;

import io.varve.table.TableDirectory;
import io.varve.table.TableMerge;
import io.varve.table.TableSnapshot;
import io.varve.table.WriterOptions;
import java.io.IOException;
import java.util.List;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.ProcedureHint;
import org.apache.flink.table.procedure.ProcedureContext;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/** Merges small segments, beside the job that writes. */
public final class MergeProcedure extends TableProcedure {

  MergeProcedure(TableOpener tables) {
    super(tables);
  }

  /** Does it; Flink calls this with the arguments of {@code CALL}. */
  @ProcedureHint(
      arguments = {
        @ArgumentHint(name = "table_name", type = @DataTypeHint("STRING")),
        @ArgumentHint(name = "dry_run", type = @DataTypeHint("BOOLEAN"), isOptional = true)
      },
      output = @DataTypeHint("ROW<`partition` STRING, segments INT, `rows` BIGINT, commit BIGINT>"))
  public Row[] call(ProcedureContext context, String name, @Nullable Boolean dryRun)
      throws IOException {
    TableDirectory table = TableSnapshot.latest(open(name)).table();
    WriterOptions options = table.options().applyTo(WriterOptions.DEFAULTS);
    TableMerge merge = new TableMerge(table, SqlAuthor.who(), System::currentTimeMillis, options);
    List<TableMerge.Merged> merges = isTrue(dryRun) ? merge.plan() : merge.merge("CALL sys.merge");
    return merges.stream()
        .map(
            merged ->
                Row.of(
                    merged.partition(),
                    merged.segments(),
                    merged.rows(),
                    merged.commit() == 0 ? null : merged.commit()))
        .toArray(Row[]::new);
  }
}
