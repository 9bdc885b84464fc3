package io.varve.engine;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.RowBatch;
import io.varve.column.RowBuffer;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.io.InputFile;
import io.varve.io.LockableFileStore;
import io.varve.schema.Schema;
import io.varve.tail.FrameRange;
import io.varve.tail.TailFrame;
import io.varve.tail.TailHeader;
import io.varve.tail.TailReader;
import io.varve.tail.TailSalvage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the rows of unsealed tails back into memory. Confined to one thread. */
final class TailReplay {

  private static final int COPY_BYTES = 1 << 20;

  /** Bytes of the header of a tail. */
  private static final int HEADER_BYTES = 36;

  /** A header and what tells of the first frame. */
  private static final long HEAD_BYTES = 64;

  private final LockableFileStore store;
  private final Manifest manifest;
  private final BufferPool buffers;
  private final boolean strict;
  private final Schema schema;
  private final int idColumn;
  private final List<FileId> tails = new ArrayList<>();
  private final List<String> torn = new ArrayList<>();
  private final List<String> lost = new ArrayList<>();
  private final List<Chunk> chunks = new ArrayList<>();
  private @Nullable RowBuffer open;
  private long openWriter;
  private long openSequence;
  private int rows;

  TailReplay(LockableFileStore store, Manifest manifest, BufferPool buffers, boolean strict) {
    this.store = store;
    this.manifest = manifest;
    this.buffers = buffers;
    this.strict = strict;
    this.schema = manifest.definition().schema();
    String id = manifest.definition().idColumn();
    this.idColumn = id.isEmpty() ? -1 : schema.indexOf(id);
  }

  int rows() {
    return rows;
  }

  /** Returns the tails whose rows were read. */
  List<FileId> tails() {
    return List.copyOf(tails);
  }

  List<String> torn() {
    return List.copyOf(torn);
  }

  List<String> lost() {
    return List.copyOf(lost);
  }

  /** Adds the rows of a tail; cuts its torn end, and quarantines what is damaged. */
  void add(FileId id) throws IOException {
    String path = LogLayout.tail(id);
    TailSalvage salvage;
    try (InputFile file = store.open(path)) {
      if (isUnborn(file)) {
        return;
      }
      salvage = TailSalvage.read(file);
      if (!salvage.header().tableId().equals(manifest.logId())) {
        throw new CorruptFileException(
            store.describe(path)
                + ": is a tail of log "
                + salvage.header().tableId()
                + ", not of "
                + manifest.logId()
                + "; files were copied over one another, restore this one from a backup");
      }
    } catch (CorruptFileException damaged) {
      loseWhole(path, damaged);
      return;
    }
    tails.add(id);
    for (FrameRange damaged : salvage.damaged()) {
      lose(path, damaged);
    }
    for (FrameRange range : salvage.whole()) {
      read(path, range);
    }
    closeChunk();
    if (salvage.end() < salvage.fileBytes()) {
      if (salvage.torn()) {
        torn.add(
            store.describe(path)
                + ": its end was not whole and has been cut at byte "
                + salvage.end()
                + ": "
                + (salvage.fileBytes() - salvage.end())
                + " bytes");
      }
      store.truncate(path, salvage.end());
    }
  }

  /**
   * Returns whether the writer died before the header was durable, so that no frame can be either:
   * the file is shorter than a header, or begins with nothing but zeros, or has a header that is
   * not whole and nothing behind it but the room that was made.
   */
  private static boolean isUnborn(InputFile file) throws IOException {
    if (file.length() < HEADER_BYTES || isZero(file, 0, Math.min(HEAD_BYTES, file.length()))) {
      return true;
    }
    try {
      TailHeader.read(file);
      return false;
    } catch (CorruptFileException torn) {
      return isZero(file, HEADER_BYTES, file.length());
    }
  }

  private static boolean isZero(InputFile file, long from, long to) throws IOException {
    byte[] piece = new byte[(int) Math.min(COPY_BYTES, to - from)];
    for (long at = from; at < to; at += piece.length) {
      int length = (int) Math.min(piece.length, to - at);
      file.read(at, piece, 0, length);
      for (int i = 0; i < length; i++) {
        if (piece[i] != 0) {
          return false;
        }
      }
    }
    return true;
  }

  private void loseWhole(String path, CorruptFileException damaged) throws IOException {
    if (strict) {
      throw damaged;
    }
    lost.add(damaged.getMessage() + " (its rows are lost; it is in corrupt/)");
    store.move(path, LogLayout.quarantined(path));
  }

  private void lose(String path, FrameRange range) throws IOException {
    String place =
        store.describe(path) + ": damaged from byte " + range.from() + " to " + range.to();
    if (strict) {
      throw new CorruptFileException(
          place
              + "; restore it from a backup, or open the log without strict to go on without these"
              + " rows");
    }
    String copy = LogLayout.quarantined(path) + "-" + range.from() + "-" + range.to();
    if (store.length(copy).isEmpty()) {
      store.publish(copy, bytes(path, range));
    }
    lost.add(place + " (its rows are lost; the bytes are in " + copy + ")");
  }

  private byte[] bytes(String path, FrameRange range) throws IOException {
    BytesWriter all = new BytesWriter(COPY_BYTES);
    byte[] piece = new byte[COPY_BYTES];
    try (InputFile file = store.open(path)) {
      for (long at = range.from(); at < range.to(); at += piece.length) {
        int length = (int) Math.min(piece.length, range.to() - at);
        file.read(at, piece, 0, length);
        all.writeBytes(piece, 0, length);
      }
    }
    return all.toByteArray();
  }

  private void read(String path, FrameRange range) throws IOException {
    try (TailReader reader = TailReader.open(store.open(path), schema, range, null)) {
      for (int block = 0; block < reader.blockCount(); block++) {
        add(reader, block);
      }
    }
  }

  /** Adds a frame to the open chunk if it goes on with it, else to a new one. */
  private void add(TailReader reader, int block) throws IOException {
    TailFrame frame = reader.frame(block);
    RowBuffer buffer = open;
    boolean fits =
        buffer != null
            && frame.writer() == openWriter
            && frame.firstSequence() == openSequence + buffer.batch().rowCount()
            && buffer.batch().rowCount() + frame.rows() <= BlockSource.MAX_BLOCK_ROWS;
    if (buffer == null || !fits) {
      closeChunk();
      buffer = buffers.take();
      open = buffer;
      openWriter = frame.writer();
      openSequence = frame.firstSequence();
    }
    buffer.batch().appendFrom(reader, block);
    rows += frame.rows();
  }

  private void closeChunk() {
    RowBuffer buffer = open;
    open = null;
    if (buffer != null) {
      chunks.add(Chunk.of(buffer, openWriter, openSequence));
    }
  }

  /** Returns the rows as a generation that nothing more is appended to. */
  Generation generation() {
    Generation generation = new Generation(schema, tails, 0, buffers);
    int firstRow = 0;
    for (Chunk chunk : chunks) {
      RowBatch batch = chunk.batch();
      generation.addRecovered(chunk, batch.memoryBytes());
      if (idColumn >= 0) {
        Column ids = batch.column(idColumn);
        for (int row = 0; row < chunk.rows(); row++) {
          if (!ids.isNull(row)) {
            generation.ids().add(IdHash.of(ids, row), firstRow + row);
          }
        }
      }
      firstRow += chunk.rows();
    }
    generation.freeze(new Front.Position(0, 0));
    return generation;
  }
}
