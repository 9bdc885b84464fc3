package io.varve.table;

import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.table.protocol.LogFacts;
import io.varve.table.protocol.PartitionState;
import io.varve.table.protocol.PersistentMap;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.TableState;
import io.varve.table.protocol.TailState;
import io.varve.table.protocol.Tombstone;
import java.io.IOException;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * A table's full state as bytes (format.md, "State files"): the magic {@code "VSTA"}, the version,
 * the number of the record it is the state after, then the state, then the CRC32C of all before.
 */
final class StateCodec {

  static final int MAGIC = 0x41545356; // "VSTA"

  private StateCodec() {}

  static byte[] toFile(long number, TableState state) {
    BytesWriter out = new BytesWriter(4096);
    RecordCodec.writeHeader(out, MAGIC);
    out.writeLong(number);
    write(out, state);
    return out.writeChecksum(0).toByteArray();
  }

  static TableState fromFile(String file, long number, byte[] content) throws IOException {
    BytesReader in = RecordCodec.checkedBody(file, content, MAGIC);
    long found = in.readLong();
    if (found != number) {
      throw in.corrupt("the state after record " + number, "that after record " + found);
    }
    TableState state = readState(in);
    in.expectEnd();
    return state;
  }

  private static void write(BytesWriter out, TableState state) {
    write(out, state.partitions(), StateCodec::write);
    write(out, state.guests(), BytesWriter::writeLong);
    write(out, state.lineages(), RecordCodec::write);
    out.writeLong(state.epoch());
    write(out, state.layers(), BytesWriter::writeLong);
    write(out, state.earlierLayers(), BytesWriter::writeLong);
    write(out, state.facts());
  }

  private static TableState readState(BytesReader in) throws CorruptFileException {
    return new TableState(
        readMap(in, StateCodec::readPartition),
        readMap(in, BytesReader::readLong),
        readMap(in, RecordCodec::readLast),
        in.readLong(),
        readMap(in, BytesReader::readLong),
        readMap(in, BytesReader::readLong),
        readFacts(in));
  }

  private static void write(BytesWriter out, PartitionState partition) {
    write(out, partition.segments(), ChangeCodec::write);
    write(
        out,
        partition.tails(),
        (target, tail) -> {
          ChangeCodec.write(target, tail.sealedTo());
          ChangeCodec.write(target, tail.visibleTo());
        });
  }

  private static PartitionState readPartition(BytesReader in) throws CorruptFileException {
    PersistentMap<SegmentRef> segments = readMap(in, ChangeCodec::readSegment);
    SortedMap<String, TailState> tails = new TreeMap<>();
    for (int left = in.readCount(in.remaining()); left > 0; left--) {
      String file = in.readString();
      tails.put(
          file,
          ChangeCodec.valid(
              in,
              () ->
                  new TailState(file, ChangeCodec.readPosition(in), ChangeCodec.readPosition(in))));
    }
    return new PartitionState(segments, PersistentMap.of(tails));
  }

  static void write(BytesWriter out, LogFacts facts) {
    write(out, facts.tombstones(), ChangeCodec::write);
    out.writeInt(facts.repeating().size());
    facts.repeating().forEach(out::writeString);
    write(out, facts.epochs(), BytesWriter::writeLong);
    write(out, facts.properties(), BytesWriter::writeString);
    write(out, facts.tags(), BytesWriter::writeLong);
    write(out, facts.listed(), BytesWriter::writeLong);
    out.writeLong(facts.expiredThrough());
  }

  static LogFacts readFacts(BytesReader in) throws CorruptFileException {
    PersistentMap<Tombstone> tombstones = readMap(in, ChangeCodec::readTombstone);
    SortedSet<String> repeating = new TreeSet<>();
    for (int left = in.readCount(in.remaining()); left > 0; left--) {
      repeating.add(in.readString());
    }
    return new LogFacts(
        tombstones,
        repeating,
        readMap(in, BytesReader::readLong),
        readMap(in, BytesReader::readString),
        readMap(in, BytesReader::readLong),
        readMap(in, BytesReader::readLong),
        in.readLong());
  }

  private static <V> void write(
      BytesWriter out, PersistentMap<V> map, BiConsumer<BytesWriter, V> value) {
    out.writeInt(map.size());
    map.forEach(
        (key, element) -> {
          out.writeString(key);
          value.accept(out, element);
        });
  }

  private static <V> PersistentMap<V> readMap(BytesReader in, Value<V> value)
      throws CorruptFileException {
    SortedMap<String, V> entries = new TreeMap<>();
    for (int left = in.readCount(in.remaining()); left > 0; left--) {
      entries.put(in.readString(), value.read(in));
    }
    return PersistentMap.of(entries);
  }

  private interface Value<V> {
    V read(BytesReader in) throws CorruptFileException;
  }
}
