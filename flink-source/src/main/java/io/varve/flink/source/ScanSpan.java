package io.varve.flink.source;

import static java.util.Objects.requireNonNull;

import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;

/**
 * What of a table is read at once. Immutable.
 *
 * @param tableId the table, empty before one was looked at
 * @param from only what commits after this one show for the first time, or {@link #WHOLE}
 * @param commit the commit up to which it goes
 * @param before only rows of an earlier event time; {@link Long#MAX_VALUE} for all
 */
public record ScanSpan(String tableId, long from, long commit, long before) {

  /** All that a commit shows. */
  static final long WHOLE = -1;

  /** Before anything was looked at. */
  static final ScanSpan UNKNOWN = new ScanSpan("", WHOLE, 0, Long.MAX_VALUE);

  /** Checks the numbers. */
  public ScanSpan {
    requireNonNull(tableId);
    if (from < WHOLE || commit < Math.max(0, from)) {
      throw new IllegalArgumentException("bad scan from commit " + from + " to " + commit);
    }
  }

  boolean isKnown() {
    return !tableId.isEmpty();
  }

  boolean isIncrement() {
    return from != WHOLE;
  }

  /** Returns the oldest commit that must not expire while this is planned. */
  long oldest() {
    return isIncrement() ? from : commit;
  }

  /** Returns the oldest commit by which rows are read, which is of no other span of one read. */
  long first() {
    return isIncrement() ? from + 1 : commit;
  }

  static void write(BytesWriter out, ScanSpan span) {
    out.writeString(span.tableId).writeLong(span.from);
    out.writeLong(span.commit).writeLong(span.before);
  }

  static ScanSpan read(BytesReader in) throws CorruptFileException {
    String tableId = in.readString();
    try {
      return new ScanSpan(tableId, in.readLong(), in.readLong(), in.readLong());
    } catch (IllegalArgumentException invalid) {
      throw in.corrupt("a scan", String.valueOf(invalid.getMessage()));
    }
  }
}
