package io.varve.engine;

import io.varve.schema.TableDefinition;
import java.util.List;
import java.util.UUID;

/**
 * The truth about a log: which files it consists of. Immutable.
 *
 * @param number grows by one with every manifest, from 1
 * @param logId the log's identity
 * @param attempt the opening that wrote it
 * @param definition the columns and what they are for
 * @param floor rows of an earlier time are gone, in nanoseconds; {@link Long#MIN_VALUE} for none
 * @param sealedTail the last tail whose rows are in segments; later ones are replayed
 * @param segments in the order in which they were sealed
 * @param deletes the files of deletes that count
 */
record Manifest(
    long number,
    UUID logId,
    long attempt,
    TableDefinition definition,
    long floor,
    FileId sealedTail,
    List<SegmentEntry> segments,
    List<FileId> deletes) {

  static final long NO_FLOOR = Long.MIN_VALUE;

  Manifest {
    segments = List.copyOf(segments);
    deletes = List.copyOf(deletes);
  }

  Manifest withSegments(List<SegmentEntry> newSegments) {
    return new Manifest(
        number, logId, attempt, definition, floor, sealedTail, newSegments, deletes);
  }

  Manifest withSealedTail(FileId tail) {
    return new Manifest(number, logId, attempt, definition, floor, tail, segments, deletes);
  }

  Manifest withDeletes(List<FileId> newDeletes) {
    return new Manifest(
        number, logId, attempt, definition, floor, sealedTail, segments, newDeletes);
  }

  Manifest withFloor(long newFloor) {
    return new Manifest(
        number, logId, attempt, definition, newFloor, sealedTail, segments, deletes);
  }

  Manifest withDefinition(TableDefinition newDefinition) {
    return new Manifest(
        number, logId, attempt, newDefinition, floor, sealedTail, segments, deletes);
  }

  Manifest numbered(long newNumber) {
    return new Manifest(
        newNumber, logId, attempt, definition, floor, sealedTail, segments, deletes);
  }

  Manifest withAttempt(long newAttempt) {
    return new Manifest(
        number, logId, newAttempt, definition, floor, sealedTail, segments, deletes);
  }
}
