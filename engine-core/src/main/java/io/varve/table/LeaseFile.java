package io.varve.table;

import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.io.FileEntry;
import io.varve.io.FileStore;
import io.varve.io.UnsupportedVersionException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/**
 * A reader's lease as a file of the table (format.md, "Leases"). Immutable.
 *
 * <pre>
 * offset  size  field
 *      0     4  magic "VLSE"
 *      4     2  version
 *      6     2  zero
 *      8     8  valid until, milliseconds since 1970
 *     16     …  who reads, a string
 *    end     4  CRC32C of all before
 * </pre>
 *
 * @param path the file; its name begins with the record's number
 * @param record the record that is read
 * @param validUntilMillis when it lapses unless it is renewed
 */
record LeaseFile(String path, long record, long validUntilMillis) {

  private static final int MAGIC = 0x45534c56; // "VLSE"
  private static final int NUMBER_DIGITS = 20;
  private static final int MAX_BYTES = 64 << 10;

  /** How long a lease is honoured after its last writing when it can't be read. */
  private static final long UNREADABLE_MILLIS = ReadLease.DEFAULT_MILLIS;

  static byte[] content(long validUntilMillis, String who) {
    BytesWriter out = new BytesWriter(128);
    RecordCodec.writeHeader(out, MAGIC);
    return out.writeLong(validUntilMillis).writeString(who).writeChecksum(0).toByteArray();
  }

  /** Returns all leases of a table, lapsed ones too. */
  static List<LeaseFile> list(FileStore store) throws IOException {
    List<LeaseFile> leases = new ArrayList<>();
    for (FileEntry entry : store.list(TableLayout.LEASES)) {
      if (entry.name().matches("\\d{" + NUMBER_DIGITS + "}-.*")) {
        long record = Long.parseLong(entry.name().substring(0, NUMBER_DIGITS));
        read(store, entry, record, leases);
      }
    }
    return leases;
  }

  private static void read(FileStore store, FileEntry entry, long record, List<LeaseFile> leases)
      throws IOException {
    String path = TableLayout.LEASES + "/" + entry.name();
    long until;
    try {
      byte[] content = store.readAll(path, MAX_BYTES);
      BytesReader body = RecordCodec.checkedBody(store.describe(path), content, MAGIC);
      until = body.readLong();
    } catch (NoSuchFileException released) {
      return;
    } catch (CorruptFileException | UnsupportedVersionException unreadable) {
      // Somebody reads there: what they have written last counts for as long as usual.
      until = entry.modifiedMillis() + UNREADABLE_MILLIS;
    }
    leases.add(new LeaseFile(path, record, until));
  }
}
