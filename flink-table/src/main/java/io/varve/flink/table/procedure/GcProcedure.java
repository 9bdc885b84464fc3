package io.varve.flink.table.procedure;

import io.varve.query.Filter;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.time.Instant;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.ProcedureHint;
import org.apache.flink.table.procedure.ProcedureContext;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/** Drops the rows whose time is before another, for good. */
public final class GcProcedure extends TableProcedure {

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  GcProcedure(TableOpener tables) {
    super(tables);
  }

  /** Does it; Flink calls this with the arguments of {@code CALL}. */
  @ProcedureHint(
      arguments = {
        @ArgumentHint(name = "table_name", type = @DataTypeHint("STRING")),
        @ArgumentHint(name = "older_than", type = @DataTypeHint("STRING")),
        @ArgumentHint(name = "why", type = @DataTypeHint("STRING"), isOptional = true),
        @ArgumentHint(name = "dry_run", type = @DataTypeHint("BOOLEAN"), isOptional = true)
      },
      output = @DataTypeHint("ROW<`rows` BIGINT, commit BIGINT>"))
  public Row[] call(
      ProcedureContext context,
      String name,
      String olderThan,
      @Nullable String why,
      @Nullable Boolean dryRun)
      throws IOException {
    TableDirectory table = open(name);
    TableSnapshot now = TableSnapshot.latest(table);
    Instant cutoff = time("older_than", olderThan).toInstant();
    long nanos =
        Math.addExact(
            Math.multiplyExact(cutoff.getEpochSecond(), NANOS_PER_SECOND), cutoff.getNano());
    Filter older = Filter.lt(now.table().schema().timeField().name(), nanos);
    long rows = CommitRows.countNewest(table, older);
    Long commit =
        isTrue(dryRun) ? null : upkeep(table).dropOlderThan(nanos, reason(why, "CALL sys.gc"));
    return new Row[] {Row.of(rows, commit)};
  }
}
