package io.varve.encoding;

import io.varve.column.Int128;
import io.varve.column.ZoneMap;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.schema.Storage;
import io.varve.simd.LongTotals;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a zone map: nulls (4), then by storage least and greatest value and sum (32), or for
 * bytes flags (1) and each bound there is as length (1) and bytes. The number of rows is known from
 * elsewhere. Thread-safe.
 */
public final class ZoneMapSerializer {

  private static final int HAS_MIN = 1;
  private static final int HAS_MAX = 2;
  private static final int EXACT = 4;

  private ZoneMapSerializer() {}

  /** Appends a zone map. */
  public static void write(ZoneMap map, BytesWriter out) {
    out.writeInt(Math.toIntExact(map.nulls()));
    if (map instanceof ZoneMap.OfLong m) {
      writeLongs(m.min(), m.max(), m.sum().high(), m.sum().low(), out);
    } else if (map instanceof ZoneMap.OfDouble m) {
      out.writeDouble(m.min()).writeDouble(m.max());
      out.writeDouble(m.sumHigh()).writeDouble(m.sumLow());
    } else if (map instanceof ZoneMap.OfPair m) {
      out.writeLong(m.minHigh()).writeLong(m.minLow());
      out.writeLong(m.maxHigh()).writeLong(m.maxLow());
    } else if (map instanceof ZoneMap.OfBinary m) {
      byte[] min = m.min();
      byte[] max = m.max();
      out.writeByte(
          (min == null ? 0 : HAS_MIN) | (max == null ? 0 : HAS_MAX) | (m.exact() ? EXACT : 0));
      writeBound(min, out);
      writeBound(max, out);
    }
  }

  private static void writeLongs(long min, long max, long sumHigh, long sumLow, BytesWriter out) {
    out.writeLong(min).writeLong(max).writeLong(sumHigh).writeLong(sumLow);
  }

  /** Appends the zone map of integers none of which is null. */
  static void write(LongTotals totals, BytesWriter out) {
    out.writeInt(0);
    writeLongs(totals.min(), totals.max(), totals.sumHigh(), totals.sumLow(), out);
  }

  /**
   * Appends a zone map of bytes that says nothing but how many are null: every value is at least no
   * bytes.
   */
  static void writeWithoutBounds(int rows, int nulls, BytesWriter out) {
    out.writeInt(nulls);
    if (nulls < rows) {
      out.writeByte(HAS_MIN).writeByte(0);
    } else {
      out.writeByte(0);
    }
  }

  private static void writeBound(byte @Nullable [] bound, BytesWriter out) {
    if (bound != null) {
      out.writeByte(bound.length).writeBytes(bound);
    }
  }

  /** Reads a zone map of a column and a number of rows. */
  public static ZoneMap read(BytesReader in, Storage storage, long rows)
      throws CorruptFileException {
    int nulls = in.readCount((int) Math.min(rows, Integer.MAX_VALUE));
    return switch (storage) {
      case LONG -> {
        long min = in.readLong();
        long max = in.readLong();
        long sumHigh = in.readLong();
        yield new ZoneMap.OfLong(rows, nulls, min, max, new Int128(sumHigh, in.readLong()));
      }
      case DOUBLE -> {
        double min = in.readDouble();
        double max = in.readDouble();
        double sumHigh = in.readDouble();
        yield new ZoneMap.OfDouble(rows, nulls, min, max, sumHigh, in.readDouble());
      }
      case PAIR -> {
        long minHigh = in.readLong();
        long minLow = in.readLong();
        long maxHigh = in.readLong();
        yield new ZoneMap.OfPair(rows, nulls, minHigh, minLow, maxHigh, in.readLong());
      }
      case BINARY -> {
        int flags = in.readByte();
        if (flags > (HAS_MIN | HAS_MAX | EXACT)) {
          throw in.corrupt("flags below 8", String.valueOf(flags));
        }
        byte[] min = (flags & HAS_MIN) == 0 ? null : in.readBytes(in.readByte());
        byte[] max = (flags & HAS_MAX) == 0 ? null : in.readBytes(in.readByte());
        yield new ZoneMap.OfBinary(rows, nulls, min, max, (flags & EXACT) != 0);
      }
    };
  }
}
