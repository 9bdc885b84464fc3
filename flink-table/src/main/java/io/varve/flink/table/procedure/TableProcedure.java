package io.varve.flink.table.procedure;

import io.varve.flink.sink.VarveSinkOptions;
import io.varve.table.CommitChoice;
import io.varve.table.HistoryOptions;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import io.varve.table.TableUpkeep;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.procedures.Procedure;
import org.jspecify.annotations.Nullable;

/**
 * What procedures on a table share. Each takes {@code table_name} first, {@code database.table} or
 * a table of the catalog's default database; what removes something takes {@code dry_run}.
 */
public abstract sealed class TableProcedure implements Procedure
    permits EraseProcedure,
        ExpireProcedure,
        GcProcedure,
        MergeProcedure,
        OrphansProcedure,
        RewindProcedure,
        TagProcedure,
        UntagProcedure,
        VerifyProcedure {

  private final TableOpener tables;

  TableProcedure(TableOpener tables) {
    this.tables = tables;
  }

  /** Returns every procedure by its name. */
  public static Map<String, Procedure> all(TableOpener tables) {
    Map<String, Function<TableOpener, Procedure>> makers =
        Map.of(
            "erase", EraseProcedure::new,
            "expire", ExpireProcedure::new,
            "gc", GcProcedure::new,
            "merge", MergeProcedure::new,
            "orphans", OrphansProcedure::new,
            "rewind", RewindProcedure::new,
            "tag", TagProcedure::new,
            "untag", UntagProcedure::new,
            "verify", VerifyProcedure::new);
    Map<String, Procedure> procedures = new TreeMap<>();
    makers.forEach((name, maker) -> procedures.put(name, maker.apply(tables)));
    return procedures;
  }

  TableDirectory open(String name) throws IOException {
    return tables.open(name);
  }

  static TableUpkeep upkeep(TableDirectory table) {
    return new TableUpkeep(table, SqlAuthor.who(), System::currentTimeMillis);
  }

  static String reason(@Nullable String given, String otherwise) {
    return given == null ? otherwise : given;
  }

  static boolean isTrue(@Nullable Boolean given) {
    return given != null && given;
  }

  /** What is not given is as the table's options say. */
  static HistoryOptions history(
      TableUpkeep upkeep, @Nullable String time, @Nullable Integer minCommits) throws IOException {
    Long millis = null;
    if (time != null) {
      Map<String, String> given = Map.of(VarveSinkOptions.HISTORY_TIME.key(), time);
      millis = Configuration.fromMap(given).get(VarveSinkOptions.HISTORY_TIME).toMillis();
    }
    return upkeep.history(millis, minCommits);
  }

  static OffsetDateTime time(String argument, String text) {
    try {
      return OffsetDateTime.parse(text.strip().replace(' ', 'T'));
    } catch (DateTimeParseException wrong) {
      throw new IllegalArgumentException(
          argument + " is a time with zone, such as 2026-01-31T12:00:00Z, not '" + text + "'",
          wrong);
    }
  }

  /** Returns the one commit that is named by number, tag or checkpoint. */
  static TableSnapshot snapshot(
      TableDirectory table,
      @Nullable Long number,
      @Nullable String tag,
      @Nullable String checkpoint)
      throws IOException {
    List<CommitChoice> choices = new ArrayList<>();
    if (number != null) {
      choices.add(CommitChoice.number(number));
    }
    if (tag != null) {
      choices.add(CommitChoice.tagged(tag));
    }
    if (checkpoint != null) {
      choices.add(CommitChoice.checkpoint(checkpoint));
    }
    if (choices.size() != 1) {
      throw new IllegalArgumentException("name one commit: by to_commit, to_tag or to_checkpoint");
    }
    return choices.get(0).of(table);
  }
}
