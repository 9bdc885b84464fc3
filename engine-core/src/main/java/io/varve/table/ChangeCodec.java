package io.varve.table;

import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.FoldedChanges;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.TailPosition;
import io.varve.table.protocol.TailRange;
import io.varve.table.protocol.Tombstone;
import io.varve.table.protocol.WriterChanges;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Changes as bytes (format.md, "Changes"). The numbers of kinds are on disk and never change. */
public final class ChangeCodec {

  private static final int EXTEND = 1;
  private static final int SEAL = 2;
  private static final int REPLACE = 3;
  private static final int DELETE = 4;
  private static final int TAG = 5;
  private static final int DEFINE = 6;

  private ChangeCodec() {}

  /** Writes what one writer made durable. */
  public static void write(BytesWriter out, WriterChanges changes) {
    out.writeString(changes.writerId()).writeLong(changes.ordinal()).writeLong(changes.lateRows());
    writeAll(out, changes.changes());
  }

  /** Reads what one writer made durable. */
  public static WriterChanges readWriterChanges(BytesReader in) throws CorruptFileException {
    String writer = in.readString();
    long ordinal = in.readLong();
    long lateRows = in.readLong();
    return new WriterChanges(writer, ordinal, readFiles(in), lateRows);
  }

  /** Writes the changes of several writers. */
  public static void write(BytesWriter out, FoldedChanges folded) {
    writeLayers(out, folded.layers());
    out.writeLong(folded.lateRows());
    writeAll(out, folded.changes());
  }

  /** Reads the changes of several writers. */
  public static FoldedChanges readFolded(BytesReader in) throws CorruptFileException {
    SortedMap<String, Long> layers = readLayers(in);
    long lateRows = in.readLong();
    return new FoldedChanges(readFiles(in), layers, lateRows);
  }

  static void writeAll(BytesWriter out, List<? extends Change> changes) {
    out.writeInt(changes.size());
    changes.forEach(change -> write(out, change));
  }

  static List<Change> readAll(BytesReader in) throws CorruptFileException {
    int count = in.readCount(in.remaining());
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      changes.add(read(in));
    }
    return changes;
  }

  private static List<Change.Files> readFiles(BytesReader in) throws CorruptFileException {
    List<Change.Files> files = new ArrayList<>();
    for (Change change : readAll(in)) {
      if (!(change instanceof Change.Files ofFiles)) {
        throw in.corrupt("a change of files", change.getClass().getSimpleName());
      }
      files.add(ofFiles);
    }
    return files;
  }

  private static void write(BytesWriter out, Change change) {
    if (change instanceof Change.Extend extend) {
      out.writeByte(EXTEND).writeString(extend.partition()).writeString(extend.file());
      write(out, extend.from());
      write(out, extend.visibleTo());
    } else if (change instanceof Change.Seal seal) {
      out.writeByte(SEAL).writeString(seal.partition());
      write(out, seal.segment());
      TailRange tail = seal.tail();
      out.writeByte(tail == null ? 0 : 1);
      if (tail != null) {
        write(out, tail);
      }
      out.writeByte(seal.closesTail() ? 1 : 0);
    } else if (change instanceof Change.Replace replace) {
      writeReplace(out, replace);
    } else if (change instanceof Change.Delete delete) {
      out.writeByte(DELETE);
      write(out, delete.tombstone());
    } else if (change instanceof Change.Tag tag) {
      out.writeByte(TAG).writeString(tag.name()).writeLong(tag.record());
    } else if (change instanceof Change.Define define) {
      out.writeByte(DEFINE).writeString(define.key());
      writeNullable(out, define.value());
    } else {
      throw new IllegalArgumentException("unknown change " + change);
    }
  }

  private static Change read(BytesReader in) throws CorruptFileException {
    int kind = in.readByte();
    return switch (kind) {
      case EXTEND ->
          valid(
              in,
              () ->
                  new Change.Extend(
                      in.readString(), in.readString(), readPosition(in), readPosition(in)));
      case SEAL ->
          valid(
              in,
              () ->
                  new Change.Seal(
                      in.readString(),
                      readSegment(in),
                      readFlag(in) ? readRange(in) : null,
                      readFlag(in)));
      case REPLACE -> readReplace(in);
      case DELETE -> new Change.Delete(readTombstone(in));
      case TAG -> valid(in, () -> new Change.Tag(in.readString(), in.readLong()));
      case DEFINE -> new Change.Define(in.readString(), readNullable(in));
      default -> throw in.corrupt("a kind of change from 1 to 6", String.valueOf(kind));
    };
  }

  private static void writeReplace(BytesWriter out, Change.Replace replace) {
    out.writeByte(REPLACE).writeString(replace.partition());
    out.writeInt(replace.segments().size());
    replace.segments().forEach(out::writeString);
    out.writeInt(replace.tails().size());
    replace.tails().forEach(tail -> write(out, tail));
    out.writeInt(replace.outputs().size());
    replace.outputs().forEach(output -> write(out, output));
    out.writeByte(replace.closesTails() ? 1 : 0);
  }

  private static Change readReplace(BytesReader in) throws CorruptFileException {
    String partition = in.readString();
    List<String> segments = new ArrayList<>();
    for (int left = in.readCount(in.remaining()); left > 0; left--) {
      segments.add(in.readString());
    }
    List<TailRange> tails = new ArrayList<>();
    for (int left = in.readCount(in.remaining()); left > 0; left--) {
      tails.add(readRange(in));
    }
    List<SegmentRef> outputs = new ArrayList<>();
    for (int left = in.readCount(in.remaining()); left > 0; left--) {
      outputs.add(readSegment(in));
    }
    boolean closes = readFlag(in);
    return valid(in, () -> new Change.Replace(partition, segments, tails, outputs, closes));
  }

  static void write(BytesWriter out, SegmentRef segment) {
    out.writeString(segment.file())
        .writeLong(segment.rows())
        .writeLong(segment.bytes())
        .writeLong(segment.minTime())
        .writeLong(segment.maxTime())
        .writeInt(segment.schemaVersion())
        .writeLong(segment.deletesThrough());
  }

  static SegmentRef readSegment(BytesReader in) throws CorruptFileException {
    return valid(
        in,
        () ->
            new SegmentRef(
                in.readString(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readInt(),
                in.readLong()));
  }

  static void write(BytesWriter out, TailPosition position) {
    out.writeLong(position.offset()).writeLong(position.rows());
  }

  static TailPosition readPosition(BytesReader in) throws CorruptFileException {
    return valid(in, () -> new TailPosition(in.readLong(), in.readLong()));
  }

  static void write(BytesWriter out, TailRange range) {
    out.writeString(range.file());
    write(out, range.start());
    write(out, range.end());
  }

  static TailRange readRange(BytesReader in) throws CorruptFileException {
    return valid(in, () -> new TailRange(in.readString(), readPosition(in), readPosition(in)));
  }

  static void write(BytesWriter out, Tombstone tombstone) {
    out.writeString(tombstone.id());
    writeNullable(out, tombstone.partition());
    out.writeString(tombstone.condition());
    out.writeByte(tombstone.lasting() ? 1 : 0);
    out.writeLong(tombstone.epoch());
    writeLayers(out, tombstone.layers());
    Tombstone.Replays replays = tombstone.replays();
    out.writeByte(replays == null ? 0 : 1);
    if (replays != null) {
      out.writeString(replays.lineage()).writeLong(replays.checkpoint());
    }
    out.writeLong(tombstone.record());
  }

  static Tombstone readTombstone(BytesReader in) throws CorruptFileException {
    return new Tombstone(
        in.readString(),
        readNullable(in),
        in.readString(),
        readFlag(in),
        in.readLong(),
        readLayers(in),
        readFlag(in) ? new Tombstone.Replays(in.readString(), in.readLong()) : null,
        in.readLong());
  }

  static void writeLayers(BytesWriter out, SortedMap<String, Long> layers) {
    out.writeInt(layers.size());
    layers.forEach((writer, layer) -> out.writeString(writer).writeLong(layer));
  }

  static SortedMap<String, Long> readLayers(BytesReader in) throws CorruptFileException {
    SortedMap<String, Long> layers = new TreeMap<>();
    for (int left = in.readCount(in.remaining()); left > 0; left--) {
      layers.put(in.readString(), in.readLong());
    }
    return layers;
  }

  static void writeNullable(BytesWriter out, @Nullable String text) {
    out.writeByte(text == null ? 0 : 1);
    if (text != null) {
      out.writeString(text);
    }
  }

  static @Nullable String readNullable(BytesReader in) throws CorruptFileException {
    return readFlag(in) ? in.readString() : null;
  }

  static boolean readFlag(BytesReader in) throws CorruptFileException {
    int flag = in.readByte();
    if (flag > 1) {
      throw in.corrupt("0 or 1", String.valueOf(flag));
    }
    return flag == 1;
  }

  /** A value that is made of bytes and checks itself. */
  interface Parts<T> {
    T read() throws CorruptFileException;
  }

  static <T> T valid(BytesReader in, Parts<T> parts) throws CorruptFileException {
    try {
      return parts.read();
    } catch (IllegalArgumentException refused) {
      throw in.corrupt("a valid value", String.valueOf(refused.getMessage()));
    }
  }
}
