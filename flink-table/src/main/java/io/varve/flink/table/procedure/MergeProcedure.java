package io.varve.flink.table.procedure;

import io.varve.table.TableMerger;
import io.varve.table.WriterOptions;
import java.io.IOException;
import java.util.ArrayList;
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
    TableMerger merger =
        new TableMerger(
            open(name), WriterOptions.DEFAULTS, SqlAuthor.who(), System::currentTimeMillis);
    List<Row> rows = new ArrayList<>();
    if (isTrue(dryRun)) {
      merger.plan().forEach(plan -> rows.add(row(plan, null)));
    } else {
      merger.mergeAll(
          "CALL sys.merge",
          Integer.MAX_VALUE,
          merged -> rows.add(row(merged.plan(), merged.commit())));
    }
    return rows.toArray(Row[]::new);
  }

  private static Row row(TableMerger.Plan plan, @Nullable Long commit) {
    return Row.of(plan.partition(), plan.segments().size(), plan.rows(), commit);
  }
}
