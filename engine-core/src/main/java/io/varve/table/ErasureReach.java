package io.varve.table;

import io.varve.column.BlockSource;
import io.varve.io.FileEntry;
import io.varve.io.FileStore;
import io.varve.schema.Schema;
import io.varve.table.TableErasure.NotReached;
import io.varve.table.protocol.NamedFiles;
import io.varve.table.protocol.PartitionState;
import io.varve.table.protocol.Removal;
import io.varve.table.protocol.StoredFile;
import io.varve.table.protocol.TailRange;
import io.varve.table.protocol.TailState;
import io.varve.tail.FrameRange;
import io.varve.tail.TailReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Finds where deleted rows may still be, after an erasure. Confined to one thread. */
final class ErasureReach {

  private final FileCommitLog log;
  private final long clean;
  private final TableSnapshot after;
  private final Removal expired;
  private final List<NotReached> found = new ArrayList<>();

  /**
   * Looks at a table.
   *
   * @param clean the number of a commit of which, as of later ones, no segment holds the rows but
   *     those that a job seals meanwhile
   * @param after what the table shows now
   * @param expired what has gone between the two
   */
  ErasureReach(FileCommitLog log, long clean, TableSnapshot after, Removal expired) {
    this.log = log;
    this.clean = clean;
    this.after = after.withTruncated();
    this.expired = expired;
  }

  List<NotReached> notReached() throws IOException {
    addTails();
    addSegments();
    addQuarantined(TableRepair.QUARANTINE);
    if (expired.waits() || expired.expiredThrough() < clean - 1) {
      addKept(); // what older commits show is told by that
    } else {
      addUnnamed();
    }
    return found;
  }

  static long deletedRows(TableSnapshot snapshot, ScanUnit unit) throws IOException {
    try (BlockSource source = unit.open(snapshot.table())) {
      return deletedRows(source);
    }
  }

  static long deletedRows(TableSnapshot snapshot, String partition, TailRange range)
      throws IOException {
    try (BlockSource source = snapshot.table().openLive(partition, range)) {
      return deletedRows(source);
    }
  }

  private static long deletedRows(BlockSource source) throws IOException {
    long deleted = 0;
    for (int block = 0; block < source.blockCount(); block++) {
      long[] bits = source.deletedRows(block);
      if (bits != null) {
        for (long word : bits) {
          deleted += Long.bitCount(word);
        }
      }
    }
    return deleted;
  }

  /** Rows stay in a tail when they have been sealed, and so do those of other partitions. */
  private void addTails() throws IOException {
    Map<String, Long> ends = new TreeMap<>();
    Map<String, String> partitions = new TreeMap<>();
    for (Map.Entry<String, PartitionState> entry :
        after.state().partitions().toSortedMap().entrySet()) {
      for (TailState tail : entry.getValue().tails().toSortedMap().values()) {
        ends.merge(tail.file(), tail.visibleTo().offset(), Math::max);
        partitions.put(tail.file(), entry.getKey());
      }
    }
    TableDirectory table = after.table();
    for (Map.Entry<String, Long> end : ends.entrySet()) {
      String file = end.getKey();
      FrameRange range = new FrameRange(0, end.getValue());
      String partition = partitions.getOrDefault(file, "");
      Schema stored = table.storedSchema();
      TailReader frames = TailReader.open(table.store().open(file), stored, range, null);
      try (BlockSource rows = table.deletes().applyTo(frames, stored, partition, 0)) {
        long deleted = deletedRows(rows);
        if (deleted > 0) {
          found.add(
              new NotReached(
                  file,
                  deleted
                      + " of its rows are deleted; only the job that writes it can seal it: erase"
                      + " again then, or stop the job and erase with --take-over"));
        }
      }
    }
  }

  /** A job seals meanwhile what it began to seal before the delete, of which it knew nothing. */
  private void addSegments() throws IOException {
    for (ScanUnit unit : after.units()) {
      if (unit instanceof ScanUnit.OfSegment && unit.asOf() > 0) {
        long deleted = deletedRows(after, unit);
        if (deleted > 0) {
          found.add(
              new NotReached(
                  unit.file(),
                  deleted
                      + " of its rows are deleted, which a job has just sealed:"
                      + " erase again"));
        }
      }
    }
  }

  /** What a repair has put aside is not read, so that nobody knows what is in it. */
  private void addQuarantined(String directory) throws IOException {
    FileStore store = after.table().store();
    for (FileEntry entry : store.list(directory)) {
      String path = directory + "/" + entry.name();
      if (entry.directory()) {
        addQuarantined(path);
      } else {
        found.add(
            new NotReached(path, "a repair has put it aside, and it may hold rows: delete it"));
      }
    }
  }

  private void addKept() {
    Map<String, Long> tags = after.state().facts().tags().toSortedMap();
    tags.forEach((tag, number) -> found.add(kept("tag '" + tag + "'", number)));
    if (tags.isEmpty()) {
      long number = expired.waits() ? expired.expiredThrough() : expired.expiredThrough() + 1;
      found.add(kept("a reader's lease", number));
    }
  }

  private static NotReached kept(String by, long number) {
    return new NotReached(
        "commit " + number,
        "it and later ones are kept by " + by + "; take that away, and erase again");
  }

  /** Files that failures left behind, or a job has just replaced: they may hold rows. */
  private void addUnnamed() throws IOException {
    Set<String> shown = NamedFiles.shownBy(after.state());
    for (StoredFile stored : log.files()) {
      if (!shown.contains(stored.file())) {
        found.add(
            new NotReached(
                stored.file(),
                "the newest commit does not show it: a job is writing it or has just replaced"
                    + " it, or a failure left it; see varve orphans, and erase again"));
      }
    }
  }
}
