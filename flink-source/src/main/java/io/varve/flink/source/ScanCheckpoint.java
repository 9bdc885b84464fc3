package io.varve.flink.source;

import static java.util.Objects.requireNonNull;

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
 * @param span what is read
 * @param blocksPerSplit how the plan was cut
 * @param nextSplit the number of the first split that was never handed out
 * @param ahead the bit of 2 to the n is set if split {@code nextSplit + n} was handed out already
 * @param leased the oldest commit that readers may still read
 * @param returned splits that readers gave back, with what is left of them
 */
public record ScanCheckpoint(
    ScanSpan span,
    int blocksPerSplit,
    int nextSplit,
    long ahead,
    long leased,
    List<VarveSplit> returned) {

  /** What is remembered before anything was planned. */
  static final ScanCheckpoint UNPLANNED =
      new ScanCheckpoint(ScanSpan.UNKNOWN, 1, 0, 0, 0, List.of());

  private static final int VERSION = 0;

  /** Checks the numbers and copies the list. */
  public ScanCheckpoint {
    requireNonNull(span);
    returned = List.copyOf(returned);
    if (blocksPerSplit < 1 || nextSplit < 0 || leased < 0) {
      throw new IllegalArgumentException(
          "bad scan: " + blocksPerSplit + " blocks, split " + nextSplit + ", lease on " + leased);
    }
  }

  /** Returns whether a commit has been chosen. */
  boolean isPlanned() {
    return span.isKnown();
  }

  /** Returns the serializer of the enumerator's state. */
  static BytesSerializer<ScanCheckpoint> serializer() {
    return new BytesSerializer<>("scan", VERSION, ScanCheckpoint::write, ScanCheckpoint::read);
  }

  private static void write(BytesWriter out, ScanCheckpoint scan) {
    ScanSpan.write(out, scan.span);
    out.writeInt(scan.blocksPerSplit).writeInt(scan.nextSplit);
    out.writeLong(scan.ahead).writeLong(scan.leased);
    out.writeInt(scan.returned.size());
    scan.returned.forEach(split -> VarveSplit.write(out, split));
  }

  private static ScanCheckpoint read(BytesReader in) throws CorruptFileException {
    ScanSpan span = ScanSpan.read(in);
    int blocksPerSplit = in.readInt();
    int nextSplit = in.readInt();
    long ahead = in.readLong();
    long leased = in.readLong();
    int count = in.readCount(in.remaining());
    List<VarveSplit> returned = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      returned.add(VarveSplit.read(in));
    }
    try {
      return new ScanCheckpoint(span, blocksPerSplit, nextSplit, ahead, leased, returned);
    } catch (IllegalArgumentException invalid) {
      throw in.corrupt("a scan", String.valueOf(invalid.getMessage()));
    }
  }
}
