package io.varve.table;

import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.io.FileEntry;
import io.varve.io.FileStore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * BASE: a number that only grows, as a chain of files {@code base/1}, {@code base/2} … each created
 * exclusively with a greater number than the one before. The newest is found by probing. Confined
 * to one thread.
 *
 * <p>Old files are deleted from the oldest on. Whoever remembers one of them and does not find the
 * next therefore looks whether its own is still there: if not, the chain has gone on. Someone who
 * slept may create a name again that has been deleted; so each file is known by a random number in
 * it.
 *
 * <pre>
 * offset  size  field
 *      0     4  magic "VCBS"
 *      4     2  version
 *      6     2  zero
 *      8     8  records up to this number have expired
 *     16    16  random
 *     32     4  CRC32C of all before
 * </pre>
 */
final class BaseChain {

  /** How many files stay when the chain is trimmed. */
  static final int KEPT = 16;

  private static final int MAGIC = 0x53424356; // "VCBS"
  private static final int MAX_BYTES = 64;

  private final FileStore store;

  /** The newest file known; 0 if the chain was empty, -1 if nothing is known. */
  private long index = -1;

  private byte[] newest = {};

  BaseChain(FileStore store) {
    this.store = store;
  }

  /** Returns the number, 0 if there is no file. */
  long read() throws IOException {
    while (true) {
      if (index < 0) {
        locate();
        continue;
      }
      byte[] next = content(index + 1);
      if (!isUnchanged()) {
        index = -1;
      } else if (next == null) {
        return index == 0 ? 0 : number(index, newest);
      } else {
        index++;
        newest = next;
      }
    }
  }

  /** Raises the number, unless it is as great already. */
  void raise(long through) throws IOException {
    while (read() < through) {
      store.publish(TableLayout.base(index + 1), content(through, UUID.randomUUID()));
      // The name may have been an old one, of a chain that has gone on: look anew.
      index = -1;
    }
  }

  /** Deletes all but the newest files. */
  void trim() throws IOException {
    List<Long> all = indices();
    if (all.size() <= KEPT) {
      return;
    }
    store.publish(TableLayout.BASE_TRIMMED, new byte[0]);
    for (long old : all.subList(0, all.size() - KEPT)) {
      store.delete(TableLayout.base(old));
      store.syncDirectory(TableLayout.BASE);
    }
  }

  private void locate() throws IOException {
    List<Long> all = indices();
    if (all.isEmpty()) {
      if (store.length(TableLayout.BASE_TRIMMED).isPresent()) {
        throw new CorruptFileException(
            store.describe(TableLayout.BASE)
                + ": the numbered files are missing; bring the directory back from a backup");
      }
      index = 0;
      newest = new byte[0];
      return;
    }
    long last = all.get(all.size() - 1);
    byte[] found = content(last);
    if (found != null) {
      index = last;
      newest = found;
    }
  }

  private boolean isUnchanged() throws IOException {
    return index == 0
        ? store.length(TableLayout.BASE_TRIMMED).isEmpty()
        : Arrays.equals(content(index), newest);
  }

  private List<Long> indices() throws IOException {
    List<Long> all = new ArrayList<>();
    for (FileEntry entry : store.list(TableLayout.BASE)) {
      if (entry.name().matches("\\d{1,18}")) {
        all.add(Long.parseLong(entry.name()));
      }
    }
    all.sort(null);
    return all;
  }

  private byte @Nullable [] content(long at) throws IOException {
    try {
      return store.readAll(TableLayout.base(at), MAX_BYTES);
    } catch (NoSuchFileException none) {
      return null;
    }
  }

  private static byte[] content(long number, UUID random) {
    BytesWriter out = new BytesWriter(MAX_BYTES);
    RecordCodec.writeHeader(out, MAGIC);
    out.writeLong(number).writeLong(random.getMostSignificantBits());
    return out.writeLong(random.getLeastSignificantBits()).writeChecksum(0).toByteArray();
  }

  /** A damaged file is an error: the number may not be forgotten. */
  private long number(long at, byte[] content) throws IOException {
    String file = store.describe(TableLayout.base(at));
    BytesReader body = RecordCodec.checkedBody(file, content, MAGIC);
    long number = body.readLong();
    if (number < 0) {
      throw body.corrupt("the number of a record", String.valueOf(number));
    }
    body.advance(2 * Long.BYTES);
    body.expectEnd();
    return number;
  }
}
