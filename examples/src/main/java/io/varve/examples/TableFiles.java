package io.varve.examples;

import io.varve.io.LocalFileStore;
import io.varve.table.ScanUnit;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a table is made of. Immutable.
 *
 * @param rows visible rows
 * @param commits commit records
 * @param segments visible segments
 * @param segmentBytes their size
 * @param tails tails with visible rows
 * @param tailBytes the size of their visible part
 * @param diskBytes the size of all files of the directory
 */
record TableFiles(
    long rows,
    long commits,
    long segments,
    long segmentBytes,
    long tails,
    long tailBytes,
    long diskBytes) {

  /** Looks at the newest commit of a table. */
  static TableFiles of(Path table) throws IOException {
    TableSnapshot snapshot = TableSnapshot.latest(TableDirectory.open(new LocalFileStore(table)));
    long segments = 0;
    long segmentBytes = 0;
    long tails = 0;
    long tailBytes = 0;
    for (ScanUnit unit : snapshot.units()) {
      if (unit instanceof ScanUnit.OfSegment) {
        segments++;
        segmentBytes += unit.bytes();
      } else {
        tails++;
        tailBytes += unit.bytes();
      }
    }
    return new TableFiles(
        snapshot.rowCount(),
        snapshot.number(),
        segments,
        segmentBytes,
        tails,
        tailBytes,
        sizeOf(table));
  }

  private static long sizeOf(Path directory) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
      }
    }
    return bytes;
  }
}
