package io.varve.flink.table.procedure;

import io.varve.query.Filter;
import io.varve.query.FilterParser;
import io.varve.table.TableDirectory;
import io.varve.table.TableErasure;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.ProcedureHint;
import org.apache.flink.table.procedure.ProcedureContext;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/** Deletes rows and takes them off the disk now, with the commits that show them. */
public final class EraseProcedure extends TableProcedure {

  EraseProcedure(TableOpener tables) {
    super(tables);
  }

  /** Does it; Flink calls this with the arguments of {@code CALL}. */
  @ProcedureHint(
      arguments = {
        @ArgumentHint(name = "table_name", type = @DataTypeHint("STRING")),
        @ArgumentHint(name = "row_filter", type = @DataTypeHint("STRING")),
        @ArgumentHint(name = "why", type = @DataTypeHint("STRING"), isOptional = true),
        @ArgumentHint(name = "dry_run", type = @DataTypeHint("BOOLEAN"), isOptional = true)
      },
      output =
          @DataTypeHint(
              "ROW<`rows` BIGINT, commit BIGINT, segments_rewritten INT, commits_expired BIGINT, "
                  + "files_removed INT, not_reached ARRAY<STRING>>"))
  public Row[] call(
      ProcedureContext context,
      String name,
      String rowFilter,
      @Nullable String why,
      @Nullable Boolean dryRun)
      throws IOException {
    TableDirectory table = open(name);
    TableSnapshot now = TableSnapshot.latest(table);
    Filter filter = FilterParser.parse(rowFilter, now.table().schema());
    long rows = CommitRows.countNewest(table, filter);
    if (isTrue(dryRun)) {
      return new Row[] {Row.of(rows, null, null, null, null, null)};
    }
    TableErasure.Report report =
        new TableErasure(table, SqlAuthor.who(), System::currentTimeMillis)
            .erase(filter, reason(why, "CALL sys.erase"));
    return new Row[] {
      Row.of(
          rows,
          report.commit(),
          report.rewritten().size(),
          report.expired().records(),
          report.expired().files().size(),
          report.notReached().stream()
              .map(left -> left.what() + ": " + left.why())
              .toArray(String[]::new))
    };
  }
}
