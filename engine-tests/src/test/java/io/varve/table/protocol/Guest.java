package io.varve.table.protocol;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A batch job; its tasks may run several times and at once. */
final class Guest implements Ghost.Actor {

  final String name;
  final GuestId id;
  final List<Integer> rows;
  final List<Run> runs = new ArrayList<>();

  private final World world;
  final Overwrite overwrite;

  Guest(World world, String name, RunId run, int stream, int rowCount, Overwrite overwrite) {
    this.world = world;
    this.overwrite = overwrite;
    this.name = name;
    this.id = new GuestId(run, "sink");
    this.rows = new ArrayList<>();
    for (int i = 0; i < rowCount; i++) {
      rows.add(Content.row(stream, i));
    }
  }

  /** One execution of writers and committer. */
  final class Run {
    final String name;
    private final GuestOperation operation;
    boolean done;

    Run() {
      this.name = Guest.this.name + "r" + (runs.size() + 1);
      this.operation =
          new GuestOperation(
              new GuestRequest(id, write(), overwrite, new Author(name, name, "end of input")),
              new LogView(world.rules),
              world.rules);
    }

    String position() {
      return name + done + operation.position();
    }

    void step() throws IOException {
      CommitResult result = operation.step(world.log, world.log.now);
      if (result != null) {
        done = true;
        if (!world.ghost.hasGuest(id)) {
          throw new Violation(name + " ended well, but its rows were never committed");
        }
      }
    }

    private FoldedChanges write() {
      List<Change.Files> changes = new ArrayList<>();
      for (int bucket = 0; bucket < 2; bucket++) {
        int number = bucket;
        List<Integer> part = rows.stream().filter(row -> Content.bucketOf(row) == number).toList();
        if (!part.isEmpty()) {
          changes.add(change("b" + bucket, name + "-f" + bucket, part, bucket == 0));
        }
      }
      return new FoldedChanges(changes, new TreeMap<>(Map.of(name, 1L)), 0);
    }

    private Change.Files change(
        String partition, String file, List<Integer> part, boolean asSegment) {
      int schema = world.newestSchema();
      world.log.write(
          file, part.stream().map(row -> world.copies.write(row, name, 1, schema)).toList());
      return asSegment
          ? new Change.Seal(partition, World.segment(file, part.size()), null, false)
          : new Change.Extend(partition, file, Writer.position(part.size()));
    }
  }

  void start() {
    runs.add(new Run());
  }

  @Nullable Run unfinished(int which) {
    List<Run> left = runs.stream().filter(run -> !run.done).toList();
    return left.isEmpty() ? null : left.get(which % left.size());
  }
}
