package io.varve.table;

import io.varve.table.protocol.Change;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.TableState;
import io.varve.table.protocol.TailPosition;
import io.varve.table.protocol.TailRange;
import io.varve.table.protocol.TailState;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The files in which a record shows rows for the first time: frames beyond those that were visible,
 * and segments sealed or merged from any that were not. Confined to one thread.
 *
 * <p>A segment may hold both, since a tail is sealed with the rows that were never in it. Which are
 * new is told by their writer and layer: of a writer all layers up to one are visible, in whichever
 * files, and none beyond.
 */
final class NewFiles {

  private final TableState before;
  private final TableState after;
  private final SortedMap<String, SortedSet<String>> segments = new TreeMap<>();
  private final SortedSet<String> partitions = new TreeSet<>();

  NewFiles(TableState before, TableState after) {
    this.before = before;
    this.after = after;
  }

  /** Takes in the changes that lead from the one state to the other, in their order. */
  void add(List<Change.Files> changes) {
    for (Change.Files change : changes) {
      String partition = change.partition();
      if (change instanceof Change.Extend) {
        partitions.add(partition);
      } else if (change instanceof Change.Seal seal) {
        if (bringsRows(seal)) {
          ofPartition(partition).add(seal.segment().file());
        }
      } else if (change instanceof Change.Replace replace && bringsRows(replace)) {
        Set<String> files = ofPartition(partition);
        replace.outputs().forEach(output -> files.add(output.file()));
      }
    }
  }

  boolean isEmpty() {
    return partitions.isEmpty();
  }

  private SortedSet<String> ofPartition(String partition) {
    partitions.add(partition);
    return segments.computeIfAbsent(partition, path -> new TreeSet<>());
  }

  /** Returns how many rows of a range of a tail were visible before. */
  private long seenRows(String partition, TailRange range) {
    TailState tail = before.tail(partition, range.file());
    return tail == null || tail.visibleTo().compareTo(range.start()) <= 0
        ? 0
        : Math.min(tail.visibleTo().rows(), range.end().rows()) - range.start().rows();
  }

  /** A segment without rows that were deleted may hold fewer rows than its frames and others. */
  private boolean bringsRows(Change.Seal seal) {
    TailRange tail = seal.tail();
    return tail == null
        || seal.segment().deletesThrough() > 0
        || seenRows(seal.partition(), tail) < seal.segment().rows();
  }

  private boolean bringsRows(Change.Replace replace) {
    String partition = replace.partition();
    SortedSet<String> fresh = segments.getOrDefault(partition, new TreeSet<>());
    return replace.segments().stream().anyMatch(fresh::contains)
        || replace.tails().stream()
            .anyMatch(range -> seenRows(partition, range) < range.rowCount());
  }

  /**
   * Adds what to read.
   *
   * @param layers the newest layer that was visible before of each writer that brings rows
   */
  void addUnits(TableSnapshot snapshot, SortedMap<Long, Long> layers, List<ScanUnit> units) {
    for (String partition : partitions) {
      for (String file : segments.getOrDefault(partition, new TreeSet<>())) {
        SegmentRef segment = after.partition(partition).segments().get(file);
        if (segment != null) { // else it was merged into another by the same record
          units.add(snapshot.unitOf(partition, segment, layers));
        }
      }
      after
          .partition(partition)
          .tails()
          .forEach((file, tail) -> addFrames(snapshot, partition, tail, units));
    }
  }

  private void addFrames(
      TableSnapshot snapshot, String partition, TailState tail, List<ScanUnit> units) {
    TailState was = before.tail(partition, tail.file());
    TailPosition from = tail.sealedTo();
    if (was != null && was.visibleTo().compareTo(from) > 0) {
      from = was.visibleTo();
    }
    if (from.compareTo(tail.visibleTo()) < 0) {
      units.add(snapshot.unitOf(partition, new TailRange(tail.file(), from, tail.visibleTo())));
    }
  }
}
