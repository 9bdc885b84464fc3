package io.varve.engine;

import io.varve.io.CorruptFileException;
import io.varve.io.FileEntry;
import io.varve.io.LockableFileStore;
import io.varve.io.SchemaMismatchException;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Opens the files of a log whose lock is held: finds what is whole and says what is not. */
final class Recovery {

  /** So many tails are sealed when the log is opened: each opening may leave one. */
  private static final int MAX_TAILS = 8;

  private final LockableFileStore store;
  private final EventLogOptions options;
  private final HealthLog health = new HealthLog();
  private final Graveyard graveyard;
  private final ManifestStore manifests;
  private final List<String> torn = new ArrayList<>();
  private final List<String> lost = new ArrayList<>();
  private final List<String> rebuilt = new ArrayList<>();
  private long replayedRows;
  private boolean sealAtOnce;

  Recovery(LockableFileStore store, EventLogOptions options) {
    this.store = store;
    this.options = options;
    this.graveyard = new Graveyard(store, options.clock(), options.unlinkGrace());
    this.manifests = new ManifestStore(store);
  }

  /** Returns the log as it was found, with a manifest of this opening published. */
  LogCore open() throws IOException {
    Optional<Identity> known = Identity.read(store);
    Identity identity = known.isPresent() ? known.get() : create();
    ManifestStore.Found found = manifests.find();
    Manifest manifest = found.manifest();
    if (manifest == null || !found.damaged().isEmpty()) {
      manifest = rebuild(identity, found, known.isEmpty());
    }
    requireSame(identity, manifest);
    manifest = checkSegments(manifest);
    Tombstones tombstones = readDeletes(manifest);
    long attempt = newAttempt(manifest);
    manifest = manifest.withAttempt(attempt).numbered(found.newestNumber() + 1);

    Schema schema = manifest.definition().schema();
    BufferPool buffers = new BufferPool(schema);
    TailReplay replay = replay(manifest, buffers);
    List<Generation> generations = new ArrayList<>();
    if (replay.rows() > 0) {
      generations.add(replay.generation());
    }
    generations.add(new Generation(schema, List.of(new FileId(attempt, 0)), attempt, buffers));
    List<Segment> segments = new ArrayList<>();
    for (SegmentEntry entry : manifest.segments()) {
      segments.add(new Segment(store, manifest.logId(), schema, entry));
    }
    findOrphans(manifest, replay.tails());
    manifests.publish(manifest);
    manifests.cleanUp(manifest.number());
    LogState state = new LogState(manifest, segments, generations, tombstones);
    return new LogCore(store, options, state, buffers, health, graveyard);
  }

  /** Returns what was found. */
  RecoveryReport report() {
    return new RecoveryReport(replayedRows, torn, lost, rebuilt);
  }

  /** Returns whether the unsealed rows should not wait until there are enough of them. */
  boolean shouldSeal() {
    return sealAtOnce;
  }

  private Identity create() throws IOException {
    TableDefinition definition = options.definition();
    return Identity.create(store, definition == null ? LogEvent.DEFINITION : definition);
  }

  private void requireSame(Identity identity, Manifest manifest) throws IOException {
    if (!manifest.logId().equals(identity.id())) {
      throw new CorruptFileException(
          store.describe(LogLayout.MANIFESTS)
              + ": the newest manifest is of log "
              + manifest.logId()
              + ", the directory is log "
              + identity.id()
              + "; files were copied over one another, restore the directory from a backup");
    }
    TableDefinition wanted = options.definition();
    if (wanted != null && !wanted.equals(manifest.definition())) {
      throw new SchemaMismatchException(
          store.describe("")
              + ": the log there has other columns or roles than asked for: "
              + manifest.definition()
              + ", asked for "
              + wanted
              + "; open it without a definition, and use changeSchema to change it");
    }
  }

  private Manifest rebuild(Identity identity, ManifestStore.Found found, boolean fresh)
      throws IOException {
    Manifest last = found.manifest();
    if (last == null) {
      last =
          new Manifest(
              0,
              identity.id(),
              0,
              identity.definition(),
              Manifest.NO_FLOOR,
              FileId.NONE,
              List.of(),
              List.of());
    }
    if (fresh) {
      return last;
    }
    for (String path : found.damaged()) {
      rebuilt.add(store.describe(path) + " is damaged");
      store.move(path, LogLayout.quarantined(path));
    }
    if (found.manifest() == null) {
      rebuilt.add(store.describe(LogLayout.MANIFESTS) + " has no whole manifest");
    }
    if (options.strict()) {
      throw new CorruptFileException(
          String.join("; ", rebuilt)
              + "; restore it from a backup, or open the log without strict to rebuild it from"
              + " its segments");
    }
    health.report("manifest", "the manifest was rebuilt: " + String.join("; ", rebuilt));
    ManifestRebuild rebuild = new ManifestRebuild(store, last);
    Manifest manifest = rebuild.rebuild();
    for (String loss : rebuild.unreadable()) {
      lost.add(loss);
      health.report(loss, loss);
    }
    return manifest;
  }

  private Manifest checkSegments(Manifest manifest) throws IOException {
    List<SegmentEntry> whole = new ArrayList<>();
    for (SegmentEntry entry : manifest.segments()) {
      String problem = problemOf(entry, manifest);
      if (problem == null) {
        whole.add(entry);
        continue;
      }
      if (options.strict()) {
        throw new CorruptFileException(problem);
      }
      String path = entry.path();
      if (store.length(path).isPresent()) {
        store.move(path, LogLayout.quarantined(path));
      }
      String loss = problem + " (" + entry.rows() + " rows are lost; what is left is in corrupt/)";
      lost.add(loss);
      health.report(path, loss);
    }
    return manifest.withSegments(whole);
  }

  /** Returns what is wrong with a segment as far as its footer tells; null if nothing is. */
  private @Nullable String problemOf(SegmentEntry entry, Manifest manifest) throws IOException {
    Segment segment = new Segment(store, manifest.logId(), manifest.definition().schema(), entry);
    try {
      segment.borrow().close();
      return null;
    } catch (NoSuchFileException missing) {
      return store.describe(entry.path()) + ": is missing; restore it from a backup";
    } catch (CorruptFileException damaged) {
      return String.valueOf(damaged.getMessage());
    }
  }

  private Tombstones readDeletes(Manifest manifest) throws IOException {
    Tombstones all = Tombstones.NONE;
    for (FileId id : manifest.deletes()) {
      try {
        all = all.plus(DeleteFile.read(store, id, manifest.logId()).rows());
      } catch (CorruptFileException damaged) {
        if (options.strict()) {
          throw damaged;
        }
        lost.add(damaged.getMessage() + " (its deletes are lost)");
        health.report(LogLayout.deletes(id), String.valueOf(damaged.getMessage()));
      }
    }
    return all;
  }

  /** Returns a number that no file has had: one may be there that no manifest knows. */
  private long newAttempt(Manifest manifest) throws IOException {
    long newest = manifest.attempt();
    for (String directory :
        List.of(LogLayout.SEGMENTS, LogLayout.TAILS, LogLayout.DELETES, LogLayout.QUARANTINE)) {
      for (FileEntry file : store.list(directory)) {
        newest = Math.max(newest, FileId.parse(file.name()).orElse(FileId.NONE).attempt());
      }
    }
    return newest + 1;
  }

  private TailReplay replay(Manifest manifest, BufferPool buffers) throws IOException {
    TailReplay replay = new TailReplay(store, manifest, buffers, options.strict());
    List<FileId> unsealed = new ArrayList<>();
    for (FileEntry file : store.list(LogLayout.TAILS)) {
      FileId.parse(file.name())
          .filter(id -> id.compareTo(manifest.sealedTail()) > 0)
          .ifPresent(unsealed::add);
    }
    unsealed.sort(null);
    for (FileId id : unsealed) {
      replay.add(id);
    }
    replayedRows = replay.rows();
    torn.addAll(replay.torn());
    lost.addAll(replay.lost());
    for (String loss : replay.lost()) {
      health.report("tail " + loss, loss);
    }
    sealAtOnce =
        !replay.lost().isEmpty()
            || replay.tails().size() > MAX_TAILS
            || replay.rows() >= options.sealRows();
    return replay;
  }

  /** Finds files that no manifest names: left by a crash, or waiting to be deleted. */
  private void findOrphans(Manifest manifest, List<FileId> tails) throws IOException {
    Set<FileId> segments = new HashSet<>();
    manifest.segments().forEach(entry -> segments.add(entry.id()));
    addOrphans(LogLayout.TAILS, new HashSet<>(tails));
    addOrphans(LogLayout.SEGMENTS, segments);
    addOrphans(LogLayout.DELETES, new HashSet<>(manifest.deletes()));
  }

  private void addOrphans(String directory, Set<FileId> known) throws IOException {
    List<FileEntry> orphans = new ArrayList<>();
    for (FileEntry file : store.list(directory)) {
      Optional<FileId> id = FileId.parse(file.name());
      if (id.isPresent() && !known.contains(id.get())) {
        orphans.add(file);
      }
    }
    orphans.sort(java.util.Comparator.comparing(file -> FileId.parse(file.name()).orElseThrow()));
    for (FileEntry orphan : orphans) {
      graveyard.addOrphan(directory + "/" + orphan.name(), orphan.modifiedMillis());
    }
  }
}
