package io.varve.cli;

import io.varve.schema.Schema;
import io.varve.table.DeleteCondition;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import io.varve.table.protocol.TableState;
import io.varve.table.protocol.Tombstone;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Compares what two commits show. */
@Command(name = "diff", description = "Shows what differs between two commits.")
final class DiffCommand extends TableCommand {

  @Mixin private OutputOption output = new OutputOption();

  @Parameters(index = "1", paramLabel = "FROM", description = "The number of a commit.")
  private long from;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "TO",
      description = "The number of another (default: the newest).")
  private @Nullable Long to;

  /** A file or fact as the diff shows it: what it is, and its rows and bytes. */
  private record Thing(String kind, @Nullable Long rows, @Nullable Long bytes, String detail) {}

  @Override
  public Integer call() throws IOException {
    TableDirectory table = openTable();
    TableSnapshot before = TableSnapshot.at(table, from);
    TableSnapshot after = to == null ? TableSnapshot.latest(table) : TableSnapshot.at(table, to);
    SortedMap<String, Thing> old = things(before);
    SortedMap<String, Thing> now = things(after);
    SortedMap<String, Thing> all = new TreeMap<>(old);
    all.putAll(now);
    try (RowPrinter printer =
        output.printer(out(), List.of("", "kind", "name", "rows", "bytes", "detail"))) {
      for (Map.Entry<String, Thing> entry : all.entrySet()) {
        Thing was = old.get(entry.getKey());
        Thing is = now.get(entry.getKey());
        if (entry.getValue().equals(was) && entry.getValue().equals(is)) {
          continue;
        }
        Thing shown = is == null ? entry.getValue() : is;
        printer.row(
            was == null ? "+" : is == null ? "-" : "~",
            shown.kind(),
            entry.getKey(),
            difference(was, is, Thing::rows),
            difference(was, is, Thing::bytes),
            shown.detail());
      }
    }
    return ExitCode.OK;
  }

  private static @Nullable Long difference(
      @Nullable Thing was, @Nullable Thing is, Function<Thing, @Nullable Long> number) {
    Long old = was == null ? null : number.apply(was);
    Long now = is == null ? null : number.apply(is);
    if (old == null && now == null) {
      return null;
    }
    return (now == null ? 0 : now) - (old == null ? 0 : old);
  }

  private static SortedMap<String, Thing> things(TableSnapshot snapshot) {
    SortedMap<String, Thing> things = new TreeMap<>();
    TableState state = snapshot.state();
    Schema schema = snapshot.table().schema();
    state
        .partitions()
        .forEach(
            (path, partition) -> {
              partition
                  .segments()
                  .forEach(
                      (file, segment) ->
                          things.put(
                              file, new Thing("segment", segment.rows(), segment.bytes(), "")));
              partition
                  .tails()
                  .forEach(
                      (file, tail) -> {
                        long bytes =
                            tail.visible().end().offset() - tail.visible().start().offset();
                        things.put(
                            file + " of " + path, new Thing("tail", tail.rowCount(), bytes, ""));
                      });
            });
    for (Tombstone tombstone : state.facts().tombstones().toSortedMap().values()) {
      String condition = DeleteCondition.describe(tombstone.condition(), schema);
      things.put(tombstone.id(), new Thing("delete", null, null, condition));
    }
    state
        .facts()
        .tags()
        .forEach(
            (tag, number) -> things.put(tag, new Thing("tag", null, null, "commit " + number)));
    return things;
  }
}
