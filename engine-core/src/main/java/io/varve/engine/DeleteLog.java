package io.varve.engine;

import io.varve.io.OutputFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes deletes durable and shows them. Called while nothing else is published. */
final class DeleteLog {

  private final LogCore core;
  private @Nullable OutputFile file;
  private FileId id = FileId.NONE;

  DeleteLog(LogCore core) {
    this.core = core;
  }

  /**
   * Deletes rows: they are gone from every read when this returns, and stay gone.
   *
   * @param search finds them, while no other delete runs
   * @return how many
   */
  int delete(LogCore.IoAction<List<RowId>> search) throws IOException {
    return core.withoutPublishing(
        () -> {
          core.front().requireUsable();
          List<RowId> rows = search.run();
          if (rows.isEmpty()) {
            return 0;
          }
          OutputFile open = file();
          try {
            DeleteFile.append(rows, open);
            open.sync();
          } catch (IOException failed) {
            close(); // half a record may be at its end; the next delete begins another file
            throw failed;
          }
          core.replaceTombstones(rows);
          return rows.size();
        });
  }

  private OutputFile file() throws IOException {
    OutputFile open = file;
    List<FileId> known = core.states().current().manifest().deletes();
    if (open != null && known.contains(id)) {
      return open;
    }
    close();
    id = core.nextFile();
    OutputFile created = core.store().create(LogLayout.deletes(id));
    try {
      DeleteFile.writeHeader(core.states().current().manifest().logId(), created);
      created.sync();
      core.store().syncDirectory(LogLayout.DELETES);
      List<FileId> all = new ArrayList<>(known);
      all.add(id);
      core.publish(new ManifestChange(manifest -> manifest.withDeletes(all)));
    } catch (IOException | RuntimeException failed) {
      created.close();
      throw failed;
    }
    file = created;
    return created;
  }

  void close() throws IOException {
    OutputFile open = file;
    file = null;
    if (open != null) {
      open.close();
    }
  }
}
