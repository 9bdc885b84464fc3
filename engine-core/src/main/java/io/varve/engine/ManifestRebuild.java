package io.varve.engine;

import io.varve.io.CorruptFileException;
import io.varve.io.FileEntry;
import io.varve.io.LockableFileStore;
import io.varve.schema.Schema;
import io.varve.schema.SchemaEvolution;
import io.varve.schema.TableDefinition;
import io.varve.segment.Replaced;
import io.varve.segment.SegmentReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a manifest from what the segments say of themselves, without those that another says it
 * replaces. What was dropped for its age is there again while its file is.
 */
final class ManifestRebuild {

  private final LockableFileStore store;
  private final Manifest last;
  private final Set<String> replaced = new HashSet<>();
  private final List<SegmentEntry> found = new ArrayList<>();
  private final List<String> unreadable = new ArrayList<>();
  private FileId sealedTail;
  private TableDefinition definition;

  /**
   * Starts.
   *
   * @param last the newest whole manifest, or an empty one
   */
  ManifestRebuild(LockableFileStore store, Manifest last) {
    this.store = store;
    this.last = last;
    this.sealedTail = last.sealedTail();
    this.definition = last.definition();
  }

  Manifest rebuild() throws IOException {
    List<FileId> ids = files(LogLayout.SEGMENTS);
    for (FileId id : ids) {
      read(id);
    }
    List<SegmentEntry> segments = new ArrayList<>();
    Set<FileId> seen = new HashSet<>();
    for (SegmentEntry entry : last.segments()) { // also those that can't be read: told later
      if (!replaced.contains(entry.id() + ".vseg")) {
        segments.add(entry);
        seen.add(entry.id());
      }
    }
    for (SegmentEntry entry : found) {
      if (!replaced.contains(entry.id() + ".vseg") && seen.add(entry.id())) {
        segments.add(entry);
      }
    }
    Set<FileId> deletes = new java.util.TreeSet<>(last.deletes());
    deletes.addAll(files(LogLayout.DELETES));
    return last.withSegments(segments)
        .withSealedTail(sealedTail)
        .withDeletes(List.copyOf(deletes))
        .withDefinition(definition);
  }

  /** Returns what was moved away because it can't be read. */
  List<String> unreadable() {
    return List.copyOf(unreadable);
  }

  private List<FileId> files(String directory) throws IOException {
    List<FileId> ids = new ArrayList<>();
    for (FileEntry file : store.list(directory)) {
      FileId.parse(file.name()).ifPresent(ids::add);
    }
    ids.sort(null);
    return ids;
  }

  private void read(FileId id) throws IOException {
    String path = LogLayout.segment(id);
    try (SegmentReader reader = SegmentReader.open(store.openSealed(path))) {
      if (!reader.info().origin().tableId().equals(last.logId())) {
        return; // another log's; it stays where it is
      }
      for (Replaced gone : reader.info().origin().replaces()) {
        replaced.add(gone.file());
        if (gone instanceof Replaced.TailRange) {
          Optional<FileId> tail = FileId.parse(gone.file());
          if (tail.isPresent() && tail.get().compareTo(sealedTail) > 0) {
            sealedTail = tail.get();
          }
        }
      }
      Schema schema = reader.fileSchema();
      if (schema.version() > definition.schema().version()) {
        definition = SchemaEvolution.withSchema(definition, schema);
      }
      found.add(SegmentEntry.of(id, reader.info()));
    } catch (CorruptFileException unreadableFile) {
      store.move(path, LogLayout.quarantined(path));
      unreadable.add(unreadableFile.getMessage() + " (its rows are lost; it is in corrupt/)");
    }
  }
}
