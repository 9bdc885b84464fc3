package io.varve.table.protocol;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Short ways to the values that tests of the protocol need. */
final class Samples {

  static final RunId RUN = new RunId(1_000, 1);
  static final RunId NEWER_RUN = new RunId(2_000, 1);
  static final Author AUTHOR = new Author("author-1", "job 'usage' on host a", "checkpoint");

  private Samples() {}

  static Last at(long epoch, long checkpoint) {
    return new Last.Commit(epoch, checkpoint);
  }

  static TailPosition position(long offset) {
    return new TailPosition(offset, offset / 10);
  }

  static TailRange range(String file, long start, long end) {
    return new TailRange(file, position(start), position(end));
  }

  static SegmentRef segment(String file) {
    return new SegmentRef(file, 5, 100, 0, 9, 1);
  }

  static Change.Extend extend(String file, long visibleTo) {
    return new Change.Extend("p", file, position(visibleTo));
  }

  static Change.Seal seal(String segment, TailRange tail, boolean closes) {
    return new Change.Seal("p", segment(segment), tail, closes);
  }

  static FoldedChanges folded(Change.Files... changes) {
    SortedMap<String, Long> layers = new TreeMap<>();
    layers.put("w", 1L);
    return new FoldedChanges(List.of(changes), layers, 0);
  }

  static Committable committable(
      long epoch, long checkpoint, Last previous, Change.Files... changes) {
    return new Committable("lineage", epoch, checkpoint, previous, checkpoint, folded(changes));
  }

  static Reign reign(long epoch, RunId run) {
    return new Reign("lineage", epoch, run, "sink", 60_000, "job 'usage' on host b");
  }

  /** Returns a head that an epoch reigns over. */
  static Head head(long number, Reign reign, long checkpoint, Last last) {
    return new Head(
        new CommitRecord(
            number,
            number - 1,
            60_000 + number,
            reign,
            new Progress(checkpoint, last, 0),
            AUTHOR,
            new CommitRecord.Maintenance(List.of(), null)),
        TableState.EMPTY.inEpoch(reign.epoch()));
  }

  static CommitRecord data(long number, Change.Files... changes) {
    return new CommitRecord(
        number,
        number - 1,
        number,
        reign(1, RUN),
        new Progress(number, at(1, number), 0),
        AUTHOR,
        new CommitRecord.Data(folded(changes)));
  }
}
