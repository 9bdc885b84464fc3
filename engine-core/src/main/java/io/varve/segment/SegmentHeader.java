package io.varve.segment;

import io.varve.io.BytesReader;
import java.io.IOException;
import java.util.UUID;

/** The first 64 bytes of a segment, which tell what it is when its end is lost. Stateless. */
final class SegmentHeader {

  private SegmentHeader() {}

  /** Checks that the header is whole and says the same as the footer. */
  static void check(SegmentFile file, SegmentInfo info) throws IOException {
    BytesReader in = file.readChecked(new ColumnEntry.Extent(0, SegmentFormat.HEADER_BYTES));
    boolean same =
        in.readInt() == SegmentFormat.HEADER_MAGIC
            && in.readShort() == SegmentFormat.VERSION
            && in.readShort() == 0
            && new UUID(in.readLong(), in.readLong()).equals(info.origin().tableId())
            && in.readLong() == info.origin().writer()
            && in.readLong() == info.rowCount()
            && in.readLong() == info.minTime()
            && in.readLong() == info.maxTime()
            && in.readInt() == info.schemaVersion();
    if (!same) {
      throw file.damaged(0, "a header that agrees with the footer", "another one");
    }
  }
}
