package io.varve.engine;

import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.Checksums;
import io.varve.io.CorruptFileException;
import io.varve.io.FileStore;
import io.varve.io.OutputFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * A file of deletes, docs/format.md: header (magic "VDEL", version (2), zero (2), log id (16),
 * CRC32C (4)), then records: number of rows (4), for each its writer and sequence (8 each), CRC32C
 * of the record before it (4). Stateless.
 */
final class DeleteFile {

  private static final int MAGIC = 0x4c454456; // "VDEL"
  private static final int VERSION = 0;
  private static final int HEADER_BYTES = 28;
  private static final int ROW_BYTES = 16;
  private static final long MAX_BYTES = 1L << 30;

  private DeleteFile() {}

  /**
   * What a file says. Immutable.
   *
   * @param rows that are deleted
   * @param end of the last whole record
   * @param bytes length of the file: greater than {@code end} if the last record is torn or damaged
   */
  record Content(List<RowId> rows, long end, long bytes) {

    Content {
      rows = List.copyOf(rows);
    }
  }

  static void writeHeader(UUID logId, OutputFile file) throws IOException {
    BytesWriter out = new BytesWriter(HEADER_BYTES);
    out.writeInt(MAGIC).writeShort(VERSION).writeShort(0);
    out.writeLong(logId.getMostSignificantBits()).writeLong(logId.getLeastSignificantBits());
    out.writeChecksum(0);
    file.write(out.array(), 0, out.size());
  }

  static void append(Collection<RowId> rows, OutputFile file) throws IOException {
    BytesWriter out = new BytesWriter(8 + rows.size() * ROW_BYTES);
    out.writeInt(rows.size());
    for (RowId row : rows) {
      out.writeLong(row.writer()).writeLong(row.sequence());
    }
    out.writeChecksum(0);
    file.write(out.array(), 0, out.size());
  }

  /**
   * Reads a file up to its first record that is not whole.
   *
   * @throws CorruptFileException if the header is damaged, the file is another log's or missing
   */
  static Content read(FileStore store, FileId id, UUID logId) throws IOException {
    String path = LogLayout.deletes(id);
    String name = store.describe(path);
    byte[] bytes;
    try {
      bytes = store.readAll(path, MAX_BYTES);
    } catch (NoSuchFileException missing) {
      throw new CorruptFileException(
          name + ": is missing, though it says which rows are deleted; restore it from a backup");
    }
    BytesReader in = new BytesReader(name, bytes);
    if (in.readInt() != MAGIC || in.readShort() != VERSION || in.readShort() != 0) {
      throw in.corrupt("the magic VDEL and version " + VERSION, "other bytes");
    }
    UUID found = new UUID(in.readLong(), in.readLong());
    in.expectChecksum(0);
    if (!found.equals(logId)) {
      throw in.corrupt("a file of log " + logId, "one of " + found);
    }
    List<RowId> rows = new ArrayList<>();
    long end = HEADER_BYTES;
    while (readRecord(in, rows)) {
      end = in.offset();
    }
    return new Content(rows, end, bytes.length);
  }

  private static boolean readRecord(BytesReader in, List<RowId> rows) throws CorruptFileException {
    int start = in.position();
    if (in.remaining() < 8) {
      return false;
    }
    int count = in.readInt();
    if (count < 1 || count > (in.remaining() - 4) / ROW_BYTES) {
      return false;
    }
    int length = in.position() - start + count * ROW_BYTES;
    int computed = Checksums.crc32c(in.array(), start, length);
    BytesReader checksum = new BytesReader(in.file(), in.offset(), in.array(), start + length, 4);
    if (checksum.readInt() != computed) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      rows.add(new RowId(in.readLong(), in.readLong()));
    }
    in.advance(4);
    return true;
  }
}
