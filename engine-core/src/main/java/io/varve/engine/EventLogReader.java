package io.varve.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.io.CorruptFileException;
import io.varve.io.FileEntry;
import io.varve.io.FileStore;
import io.varve.io.LocalFileStore;
import io.varve.io.SnapshotExpiredException;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log that this process does not write, while another may. It sees what was durable when it
 * was opened or last {@linkplain #refresh refreshed}, and changes nothing in the directory.
 *
 * <p>The writer keeps a file for a while after it is not needed any more. A read that comes later
 * ends with {@link SnapshotExpiredException}: refresh and read again. Thread-safe.
 */
public final class EventLogReader extends EventReads implements Closeable {

  private static final int MAX_TRIES = 20;

  private final FileStore store;
  private final Identity identity;
  private final Reads reads = new Reads(this::snapshot, this::expired);
  private volatile View view;
  private volatile boolean closed;

  @GuardedBy("this")
  private Map<SegmentEntry, Segment> known = Map.of();

  private EventLogReader(FileStore store, Identity identity) throws IOException {
    this.store = store;
    this.identity = identity;
    this.view = load();
  }

  /** What was there. Immutable. */
  private record View(
      Manifest manifest, List<Segment> segments, List<FileId> tails, Tombstones tombstones) {}

  /**
   * Opens a log for reading.
   *
   * @throws NoSuchFileException if there is no log
   * @throws io.varve.io.OpenRefusedException if the directory belongs to a table
   */
  public static EventLogReader open(Path directory) throws IOException {
    TableDirectories.refuse(directory);
    return open(new LocalFileStore(directory));
  }

  /** Opens a log for reading in a file store whose root is its directory. */
  public static EventLogReader open(FileStore store) throws IOException {
    Identity identity =
        Identity.read(store)
            .orElseThrow(
                () ->
                    new NoSuchFileException(
                        store.describe(LogLayout.IDENTITY),
                        null,
                        "is missing: there is no event log here; check the path"));
    return new EventLogReader(store, identity);
  }

  /** Goes on to what is durable now. */
  public void refresh() throws IOException {
    requireOpen();
    view = load();
  }

  private synchronized View load() throws IOException {
    ManifestStore manifests = new ManifestStore(store);
    @Nullable NoSuchFileException last = null;
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      Manifest manifest = manifests.find().manifest();
      if (manifest == null) {
        throw new CorruptFileException(
            store.describe(LogLayout.MANIFESTS)
                + ": there is no whole manifest; open the log for writing, which makes one of its"
                + " segments");
      }
      try {
        View loaded = load(manifest);
        if (manifests.newestNumber() == manifest.number()) {
          return loaded;
        }
      } catch (NoSuchFileException movedOn) {
        last = movedOn;
      }
    }
    throw expired(last);
  }

  @GuardedBy("this")
  private View load(Manifest manifest) throws IOException {
    if (!manifest.logId().equals(identity.id())) {
      throw new CorruptFileException(
          store.describe(LogLayout.MANIFESTS)
              + ": the manifest is of log "
              + manifest.logId()
              + ", the directory is log "
              + identity.id()
              + "; files were copied over one another, restore the directory from a backup");
    }
    Schema schema = manifest.definition().schema();
    Map<SegmentEntry, Segment> segments = new HashMap<>();
    List<Segment> ordered = new ArrayList<>();
    for (SegmentEntry entry : manifest.segments()) {
      Segment segment = known.get(entry);
      if (segment == null || !segment.schema().equals(schema)) {
        segment = new Segment(store, identity.id(), schema, entry);
      }
      segments.put(entry, segment);
      ordered.add(segment);
    }
    for (Map.Entry<SegmentEntry, Segment> old : known.entrySet()) {
      if (segments.get(old.getKey()) != old.getValue()) {
        old.getValue().drop();
      }
    }
    known = segments;
    Tombstones tombstones = Tombstones.NONE;
    for (FileId id : manifest.deletes()) {
      tombstones = tombstones.plus(DeleteFile.read(store, id, identity.id()).rows());
    }
    List<FileId> tails = new ArrayList<>();
    for (FileEntry file : store.list(LogLayout.TAILS)) {
      FileId.parse(file.name())
          .filter(id -> id.compareTo(manifest.sealedTail()) > 0)
          .ifPresent(tails::add);
    }
    tails.sort(null);
    return new View(manifest, List.copyOf(ordered), List.copyOf(tails), tombstones);
  }

  private SnapshotExpiredException expired(@Nullable NoSuchFileException missing) {
    return new SnapshotExpiredException(
        store.describe("")
            + ": a file that this reader needs is gone ("
            + (missing == null ? "the log changes too fast" : missing.getFile())
            + "); refresh the reader and read again, or give the writer a longer unlinkGrace");
  }

  @Override
  public TableDefinition definition() {
    return view.manifest().definition();
  }

  private LogSnapshot snapshot() throws IOException {
    requireOpen();
    View now = view;
    List<Part> parts = new ArrayList<>();
    for (Segment segment : now.segments()) {
      parts.add(new SegmentPart(segment, now.tombstones()));
    }
    for (FileId tail : now.tails()) {
      try {
        parts.add(
            TailPart.scan(store, tail, now.manifest().definition().schema(), now.tombstones()));
      } catch (NoSuchFileException gone) {
        throw expired(gone);
      } catch (CorruptFileException notYet) {
        // The writer has just made the file, or opening the log for writing will tell.
      }
    }
    return new FixedSnapshot(now.manifest(), parts);
  }

  @Override
  Reads reads() {
    return reads;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the reader is closed");
    }
  }

  /** Closes the files; closing twice is fine. */
  @Override
  public synchronized void close() throws IOException {
    closed = true;
    for (Segment segment : known.values()) {
      segment.drop();
    }
    known = Map.of();
  }
}
