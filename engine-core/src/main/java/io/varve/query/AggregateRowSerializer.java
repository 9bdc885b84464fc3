package io.varve.query;

import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.io.VarveException;
import java.util.List;

/**
 * Results as bytes: a version, how many keys and measures there are, each of them, and a CRC32C. No
 * schema is needed to read them.
 */
public final class AggregateRowSerializer {

  /** The version that is written, and the only one that is read. */
  public static final int VERSION = 1;

  private AggregateRowSerializer() {}

  /** Returns a result as bytes. */
  public static byte[] serialize(AggregateRow row) {
    BytesWriter out = Envelope.start(VERSION);
    out.writeShort(row.keys().size()).writeShort(row.measures().size());
    row.keys().forEach(key -> ValueSerializer.write(key, out));
    row.measures().forEach(measure -> ValueSerializer.write(measure, out));
    return Envelope.seal(out);
  }

  /**
   * Returns the result of some bytes.
   *
   * @throws io.varve.io.UnsupportedVersionException if they are of another version
   * @throws CorruptFileException if they are damaged
   */
  public static AggregateRow deserialize(byte[] bytes) throws VarveException {
    BytesReader in = Envelope.open("aggregate row", VERSION, bytes);
    int keys = in.readShort();
    int measures = in.readShort();
    AggregateRow row = new AggregateRow(readAll(in, keys), readAll(in, measures));
    in.expectEnd();
    return row;
  }

  private static List<Value> readAll(BytesReader in, int count) throws CorruptFileException {
    Value[] values = new Value[count];
    for (int i = 0; i < count; i++) {
      values[i] = ValueSerializer.read(in);
    }
    return List.of(values);
  }
}
