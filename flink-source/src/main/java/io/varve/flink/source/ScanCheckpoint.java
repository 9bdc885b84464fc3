package io.varve.flink.source;

import io.varve.flink.common.BytesSerializer;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import java.util.ArrayList;
import java.util.List;

/**
 * What an enumerator remembers: enough to make the same plan again. Its size does not depend on the
 * table's. Immutable.
 *
 * @param tableId the table that is read, empty before anything was planned
 * @param commit the commit that is read
 * @param blocksPerSplit how the plan was cut
 * @param nextSplit the number of the first split that was never handed out
 * @param returned splits that readers gave back, with what is left of them
 */
public record ScanCheckpoint(
    String tableId, long commit, int blocksPerSplit, int nextSplit, List<VarveSplit> returned) {

  /** What is remembered before anything was planned. */
  static final ScanCheckpoint UNPLANNED = new ScanCheckpoint("", 0, 1, 0, List.of());

  private static final int VERSION = 0;

  /** Checks the numbers and copies the list. */
  public ScanCheckpoint {
    returned = List.copyOf(returned);
    if (commit < 0 || blocksPerSplit < 1 || nextSplit < 0) {
      throw new IllegalArgumentException(
          "bad scan: commit " + commit + ", " + blocksPerSplit + " blocks, split " + nextSplit);
    }
  }

  /** Returns whether a commit has been chosen. */
  boolean isPlanned() {
    return !tableId.isEmpty();
  }

  /** Returns the serializer of the enumerator's state. */
  static BytesSerializer<ScanCheckpoint> serializer() {
    return new BytesSerializer<>("scan", VERSION, ScanCheckpoint::write, ScanCheckpoint::read);
  }

  private static void write(BytesWriter out, ScanCheckpoint scan) {
    out.writeString(scan.tableId).writeLong(scan.commit);
    out.writeInt(scan.blocksPerSplit).writeInt(scan.nextSplit);
    out.writeInt(scan.returned.size());
    scan.returned.forEach(split -> VarveSplit.write(out, split));
  }

  private static ScanCheckpoint read(BytesReader in) throws CorruptFileException {
    String tableId = in.readString();
    long commit = in.readLong();
    int blocksPerSplit = in.readInt();
    int nextSplit = in.readInt();
    int count = in.readCount(in.remaining());
    List<VarveSplit> returned = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      returned.add(VarveSplit.read(in));
    }
    try {
      return new ScanCheckpoint(tableId, commit, blocksPerSplit, nextSplit, returned);
    } catch (IllegalArgumentException invalid) {
      throw in.corrupt("a scan", String.valueOf(invalid.getMessage()));
    }
  }
}
