package io.varve.query;

import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.io.VarveException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** Aggregations as bytes: a version, zone, filter, keys, measures, and a CRC32C. */
public final class AggregationSerializer {

  /** The version that is written, and the only one that is read. */
  public static final int VERSION = 1;

  private static final int KEY_COLUMN = 1;
  private static final int KEY_TIME = 2;

  private AggregationSerializer() {}

  /** Returns an aggregation as bytes. */
  public static byte[] serialize(Aggregation aggregation) {
    BytesWriter out = Envelope.start(VERSION);
    out.writeString(aggregation.timeZone().getId());
    FilterSerializer.write(aggregation.filter(), out);
    out.writeInt(aggregation.keys().size());
    for (GroupKey key : aggregation.keys()) {
      if (key instanceof GroupKey.OfTime time) {
        out.writeByte(KEY_TIME).writeByte(time.bucket().number());
      } else {
        out.writeByte(KEY_COLUMN).writeString(key.name());
      }
    }
    out.writeInt(aggregation.measures().size());
    for (Measure measure : aggregation.measures()) {
      out.writeByte(measure.function().number()).writeString(measure.column());
      FilterSerializer.write(measure.filter(), out);
    }
    return Envelope.seal(out);
  }

  /**
   * Returns the aggregation of some bytes.
   *
   * @throws io.varve.io.UnsupportedVersionException if they are of another version
   * @throws CorruptFileException if they are damaged
   */
  public static Aggregation deserialize(byte[] bytes) throws VarveException {
    BytesReader in = Envelope.open("aggregation", VERSION, bytes);
    try {
      ZoneId zone = ZoneId.of(in.readString());
      Filter filter = FilterSerializer.read(in);
      List<GroupKey> keys = new ArrayList<>();
      int keyCount = in.readCount(Aggregation.MAX_COLUMNS);
      for (int i = 0; i < keyCount; i++) {
        keys.add(readKey(in));
      }
      List<Measure> measures = new ArrayList<>();
      int measureCount = in.readCount(Aggregation.MAX_COLUMNS);
      for (int i = 0; i < measureCount; i++) {
        measures.add(new Measure(readFunction(in), in.readString(), FilterSerializer.read(in)));
      }
      in.expectEnd();
      return new Aggregation(keys, measures, filter, zone);
    } catch (DateTimeException | IllegalArgumentException invalid) {
      throw in.corrupt("an aggregation", String.valueOf(invalid.getMessage()));
    }
  }

  private static GroupKey readKey(BytesReader in) throws CorruptFileException {
    int kind = in.readByte();
    return switch (kind) {
      case KEY_COLUMN -> GroupKey.column(in.readString());
      case KEY_TIME -> {
        int number = in.readByte();
        for (TimeBucket bucket : TimeBucket.values()) {
          if (bucket.number() == number) {
            yield GroupKey.bucket(bucket);
          }
        }
        throw in.corrupt("a time bucket", String.valueOf(number));
      }
      default -> throw in.corrupt("the kind of a group key", String.valueOf(kind));
    };
  }

  private static Measure.Function readFunction(BytesReader in) throws CorruptFileException {
    int number = in.readByte();
    for (Measure.Function function : Measure.Function.values()) {
      if (function.number() == number) {
        return function;
      }
    }
    throw in.corrupt("a function", String.valueOf(number));
  }
}
