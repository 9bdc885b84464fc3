package io.varve.cli;

import io.varve.schema.Schema;
import io.varve.table.DeleteCondition;
import io.varve.table.FileCommitLog;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.CleanUp;
import io.varve.table.protocol.CommitRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists commits, newest first. */
@Command(name = "commits", description = "Lists the commits that are left, newest first.")
final class CommitsCommand extends TableCommand {

  private static final List<String> COLUMNS =
      List.of("commit", "time", "kind", "epoch", "checkpoint", "tags", "who", "why", "changes");

  @Mixin private OutputOption output = new OutputOption();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "How many at most (default: ${DEFAULT-VALUE}).")
  private int limit = 20;

  @Override
  public Integer call() throws IOException {
    TableDirectory table = openTable();
    TableSnapshot newest = TableSnapshot.latest(table);
    Map<Long, List<String>> tags = new TreeMap<>();
    newest
        .state()
        .facts()
        .tags()
        .forEach((tag, number) -> tags.computeIfAbsent(number, n -> new ArrayList<>()).add(tag));
    FileCommitLog log = log(table);
    Schema schema = newest.table().schema();
    try (RowPrinter printer = output.printer(out(), COLUMNS)) {
      long oldest = Math.max(1, newest.number() - limit + 1);
      for (long number = newest.number(); number >= oldest; number--) {
        Optional<CommitRecord> record = log.read(number);
        if (record.isEmpty()) {
          break;
        }
        print(record.get(), tags.getOrDefault(number, List.of()), schema, printer);
      }
    }
    return ExitCode.OK;
  }

  private static void print(
      CommitRecord record, List<String> tags, Schema schema, RowPrinter printer)
      throws IOException {
    printer.row(
        record.number(),
        Instant.ofEpochMilli(record.timeMillis()),
        kind(record),
        record.reign().epoch(),
        record.progress().checkpoint(),
        String.join(", ", tags),
        record.author().who(),
        record.author().why(),
        changes(record, schema));
  }

  private static String kind(CommitRecord record) {
    CommitRecord.Body body = record.body();
    if (body instanceof CommitRecord.Open) {
      return record.base() == record.number() - 1 ? "open" : "open, back to " + record.base();
    }
    if (body instanceof CommitRecord.Data) {
      return "checkpoint";
    }
    return body instanceof CommitRecord.Guest ? "batch job" : "maintenance";
  }

  private static String changes(CommitRecord record, Schema schema) {
    List<String> parts = new ArrayList<>();
    CommitRecord.Body body = record.body();
    if (body instanceof CommitRecord.Data data) {
      addCounts(data.folded().changes(), parts);
    } else if (body instanceof CommitRecord.Guest guest) {
      addCounts(guest.folded().changes(), parts);
    } else if (body instanceof CommitRecord.Open open) {
      open.pending().forEach(pending -> addCounts(pending.folded().changes(), parts));
    } else if (body instanceof CommitRecord.Maintenance maintenance) {
      addCounts(maintenance.changes(), parts);
      maintenance.changes().forEach(change -> addWords(change, schema, parts));
      CleanUp cleanUp = maintenance.cleanUp();
      if (cleanUp != null) {
        if (cleanUp.expiresThrough() > 0) {
          parts.add("expires through " + cleanUp.expiresThrough());
        }
        parts.add("removes " + cleanUp.files().size() + " files");
      }
    }
    return String.join("; ", parts);
  }

  private static void addCounts(List<? extends Change> changes, List<String> parts) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (Change change : changes) {
      if (change instanceof Change.Extend) {
        counts.merge("tails extended", 1, Integer::sum);
      } else if (change instanceof Change.Seal) {
        counts.merge("segments sealed", 1, Integer::sum);
      } else if (change instanceof Change.Replace) {
        counts.merge("replaced", 1, Integer::sum);
      }
    }
    counts.forEach((what, count) -> parts.add(count + " " + what));
  }

  private static void addWords(Change change, Schema schema, List<String> parts) {
    if (change instanceof Change.Delete delete) {
      String rows = DeleteCondition.describe(delete.tombstone().condition(), schema);
      parts.add((delete.tombstone().lasting() ? "deletes for good " : "deletes ") + rows);
    } else if (change instanceof Change.Tag tag) {
      parts.add(tag.record() == 0 ? "untags " + tag.name() : "tags " + tag.record());
    } else if (change instanceof Change.Define define) {
      parts.add("sets " + define.key());
    }
  }
}
