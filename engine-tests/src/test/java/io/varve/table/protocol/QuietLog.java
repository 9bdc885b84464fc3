package io.varve.table.protocol;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A log in memory without an oracle, and short ways to act on it. */
final class QuietLog implements MemoryLog.Observer {

  static final Author AUTHOR = new Author("author", "job 'usage' on host a", "test");

  final MemoryLog log =
      new MemoryLog(
          Rules.ALL,
          true,
          this,
          () -> {
            throw new IllegalStateException("no late writes here");
          });
  final List<String> deleted = new ArrayList<>();

  @Override
  public void created(CommitRecord record, TableState state) {}

  @Override
  public void deleted(String file) {
    deleted.add(file);
  }

  @Override
  public void shrunk() {}

  <R> R run(LogOperation<R> operation) throws IOException {
    return operation.run(log, () -> log.now, conflicts -> {});
  }

  OpenResult open(RunId run, long checkpoint, @Nullable AggregatorState state) throws IOException {
    return open(run, "sink", checkpoint, state, OnRewind.REWIND);
  }

  OpenResult open(
      RunId run, String sinkId, long checkpoint, @Nullable AggregatorState state, OnRewind onRewind)
      throws IOException {
    OpenRequest request = new OpenRequest("table", run, sinkId, checkpoint, state, onRewind);
    return run(new OpenOperation(request, AUTHOR, new LogView()));
  }

  /** Commits one checkpoint that shows a new tail, which it writes. */
  AggregatorState commit(OpenResult opened, RunId run, long checkpoint, Last previous)
      throws IOException {
    Committable committable = committable(opened, checkpoint, previous);
    run(
        new CommitOperation(
            new CommitRequest(committable, OptionalLong.empty(), run, AUTHOR), new LogView()));
    return new AggregatorState(
        "table", opened.lineage(), opened.epoch(), committable.id(), List.of(committable));
  }

  Committable committable(OpenResult opened, long checkpoint, Last previous) {
    return new Committable(
        opened.lineage(),
        opened.epoch(),
        checkpoint,
        previous,
        0,
        folded("t" + opened.epoch() + "-" + checkpoint));
  }

  FoldedChanges folded(String file) {
    log.write(file, List.of(1));
    SortedMap<String, Long> layers = new TreeMap<>();
    layers.put("w", 1L);
    return new FoldedChanges(
        List.of(new Change.Extend("p", file, new TailPosition(1, 1))), layers, 0);
  }

  TableState state() throws IOException {
    return log.state(log.newestExactly()).orElseThrow();
  }
}
