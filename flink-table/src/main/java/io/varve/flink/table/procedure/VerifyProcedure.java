package io.varve.flink.table.procedure;

import io.varve.table.TableVerifier;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.ProcedureHint;
import org.apache.flink.table.procedure.ProcedureContext;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/** Compares the checksums of all that retained commits need; rows tell damage. */
public final class VerifyProcedure extends TableProcedure {

  VerifyProcedure(TableOpener tables) {
    super(tables);
  }

  /** Does it; Flink calls this with the arguments of {@code CALL}. */
  @ProcedureHint(
      arguments = {
        @ArgumentHint(name = "table_name", type = @DataTypeHint("STRING")),
        @ArgumentHint(name = "deep", type = @DataTypeHint("BOOLEAN"), isOptional = true)
      },
      output = @DataTypeHint("ROW<file STRING, rows_at_risk BIGINT, problem STRING>"))
  public Row[] call(ProcedureContext context, String name, @Nullable Boolean deep)
      throws IOException {
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      return new TableVerifier(open(name).store(), isTrue(deep), threads, bytes -> {})
          .verify().problems().stream()
              .map(problem -> Row.of(problem.file(), problem.rows(), problem.problem()))
              .toArray(Row[]::new);
    } finally {
      threads.shutdownNow();
    }
  }
}
