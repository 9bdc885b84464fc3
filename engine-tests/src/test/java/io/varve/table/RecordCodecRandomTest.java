package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.io.UnsupportedVersionException;
import io.varve.table.protocol.AggregatorState;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.CleanUp;
import io.varve.table.protocol.CommitRecord;
import io.varve.table.protocol.Committable;
import io.varve.table.protocol.FoldedChanges;
import io.varve.table.protocol.GuestId;
import io.varve.table.protocol.Last;
import io.varve.table.protocol.LogFacts;
import io.varve.table.protocol.PartitionState;
import io.varve.table.protocol.PersistentMap;
import io.varve.table.protocol.Progress;
import io.varve.table.protocol.Reign;
import io.varve.table.protocol.RunId;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.TableState;
import io.varve.table.protocol.TailPosition;
import io.varve.table.protocol.TailRange;
import io.varve.table.protocol.TailState;
import io.varve.table.protocol.Tombstone;
import io.varve.table.protocol.WriterChanges;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Every record, committable and state comes back as it was, and damage is always noticed. */
class RecordCodecRandomTest {

  @SeededTest(runs = 300)
  void recordsComeBack(Random random) throws IOException {
    CommitRecord record = new Values(random).record();
    assertThat(RecordCodec.fromFile("r", RecordCodec.toFile(record))).isEqualTo(record);
  }

  @SeededTest(runs = 100)
  void statesComeBack(Random random) throws IOException {
    TableState state = new Values(random).state();
    byte[] bytes = StateCodec.toFile(7, state);
    assertThat(StateCodec.fromFile("s", 7, bytes)).isEqualTo(state);
    assertThatThrownBy(() -> StateCodec.fromFile("s", 8, bytes))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("record 8");
  }

  @SeededTest(runs = 100)
  void flinkStateComesBack(Random random) throws IOException {
    Values values = new Values(random);
    BytesWriter out = new BytesWriter(10);
    AggregatorState state =
        new AggregatorState(
            values.text(), values.text(), values.number(), values.last(), values.pending());
    WriterChanges changes =
        new WriterChanges(values.text(), 1 + values.number(), values.files(), values.number());
    RecordCodec.write(out, state);
    ChangeCodec.write(out, changes);
    BytesReader in = new BytesReader("state", out.toByteArray());
    assertThat(RecordCodec.readAggregatorState(in)).isEqualTo(state);
    assertThat(ChangeCodec.readWriterChanges(in)).isEqualTo(changes);
    in.expectEnd();
  }

  @SeededTest(runs = 100)
  void everyFlippedBitIsNoticed(Random random) {
    byte[] bytes = RecordCodec.toFile(new Values(random).record());
    for (int i = 0; i < 50; i++) {
      byte[] bad = bytes.clone();
      int at = random.nextInt(bad.length);
      bad[at] ^= (byte) (1 << random.nextInt(8));
      assertThatThrownBy(() -> RecordCodec.fromFile("commits/1", bad))
          .as("byte %s", at)
          .isInstanceOf(CorruptFileException.class)
          .hasMessageContaining("commits/1");
      int length = random.nextInt(bytes.length);
      assertThatThrownBy(() -> RecordCodec.fromFile("commits/1", Arrays.copyOf(bytes, length)))
          .isInstanceOf(CorruptFileException.class);
    }
  }

  /** Any bytes behind a good checksum give an error or a value: no crash, no huge allocation. */
  @SeededTest(runs = 2000)
  void hostileBytesAreRefused(Random random) {
    byte[] bytes = RecordCodec.toFile(new Values(random).record());
    for (int i = 0; i < 3; i++) {
      bytes[8 + random.nextInt(bytes.length - 12)] = (byte) random.nextInt(256);
    }
    BytesWriter out = new BytesWriter(bytes.length);
    out.writeBytes(bytes, 0, bytes.length - 4).writeChecksum(0);
    try {
      RecordCodec.fromFile("r", out.toByteArray());
    } catch (IOException refused) {
      assertThat(refused).isInstanceOf(CorruptFileException.class);
    }
  }

  @SeededTest(runs = 1)
  void aNewerVersionIsNotCalledDamage(Random random) {
    byte[] bytes = RecordCodec.toFile(new Values(random).record());
    BytesWriter out = new BytesWriter(bytes.length);
    bytes[4] = 9;
    out.writeBytes(bytes, 0, bytes.length - 4).writeChecksum(0);
    assertThatThrownBy(() -> RecordCodec.fromFile("r", out.toByteArray()))
        .isInstanceOf(UnsupportedVersionException.class)
        .hasMessageContaining("version 9, this release reads 0");
  }

  private record Values(Random random) {

    private <T> List<T> some(Supplier<T> one) {
      List<T> list = new ArrayList<>();
      for (int left = random.nextInt(4); left > 0; left--) {
        list.add(one.get());
      }
      return list;
    }

    private <V> SortedMap<String, V> map(Supplier<V> value) {
      SortedMap<String, V> map = new TreeMap<>();
      for (int left = random.nextInt(4); left > 0; left--) {
        map.put(text(), value.get());
      }
      return map;
    }

    String text() {
      return random.nextInt(5) == 0 ? "" : "é/" + Long.toString(random.nextLong(), 36);
    }

    long number() {
      return random.nextInt(4) == 0 ? random.nextLong() >>> 2 : random.nextInt(100);
    }

    TailPosition position(long from) {
      return new TailPosition(from + random.nextInt(1000), from + random.nextInt(100));
    }

    TailRange range() {
      return new TailRange(text(), position(0), position(1000));
    }

    SegmentRef segment() {
      return new SegmentRef(
          text(),
          number(),
          number(),
          random.nextLong(),
          random.nextLong(),
          random.nextInt(9),
          number());
    }

    Last last() {
      return random.nextBoolean() ? new Last.Start(run()) : new Last.Commit(1 + number(), number());
    }

    RunId run() {
      return random.nextInt(5) == 0 ? RunId.NONE : new RunId(number(), random.nextLong());
    }

    List<Change.Files> files() {
      return some(
          () ->
              switch (random.nextInt(3)) {
                case 0 -> new Change.Extend(text(), text(), position(5));
                case 1 -> {
                  TailRange tail = random.nextBoolean() ? range() : null;
                  yield new Change.Seal(
                      text(), segment(), tail, tail != null && random.nextBoolean());
                }
                default ->
                    new Change.Replace(
                        text(),
                        List.of(text()),
                        some(this::range),
                        some(this::segment),
                        random.nextBoolean());
              });
    }

    Tombstone tombstone() {
      return new Tombstone(
          text(),
          random.nextBoolean() ? text() : null,
          text(),
          random.nextBoolean(),
          number(),
          map(this::number),
          random.nextBoolean() ? new Tombstone.Replays(text(), number()) : null,
          number());
    }

    Change other() {
      return switch (random.nextInt(3)) {
        case 0 -> new Change.Delete(tombstone());
        case 1 -> new Change.Tag(text(), number());
        default -> new Change.Define(text(), random.nextBoolean() ? text() : null);
      };
    }

    FoldedChanges folded(boolean filled) {
      List<Change.Files> changes = new ArrayList<>(files());
      if (filled) {
        changes.add(new Change.Extend(text(), text(), position(3)));
      }
      return new FoldedChanges(changes, map(this::number), number());
    }

    List<Committable> pending() {
      return some(
          () ->
              new Committable(text(), number(), number(), last(), random.nextLong(), folded(true)));
    }

    LogFacts facts() {
      return new LogFacts(
          PersistentMap.of(map(this::tombstone)),
          new TreeSet<>(some(this::text)),
          PersistentMap.of(map(this::number)),
          PersistentMap.of(map(this::text)),
          PersistentMap.of(map(this::number)),
          PersistentMap.of(map(this::number)),
          number());
    }

    TableState state() {
      return new TableState(
          PersistentMap.of(
              map(
                  () -> {
                    SortedMap<String, TailState> tails = new TreeMap<>();
                    some(this::range)
                        .forEach(
                            r -> tails.put(r.file(), new TailState(r.file(), r.start(), r.end())));
                    return new PartitionState(
                        PersistentMap.of(map(this::segment)), PersistentMap.of(tails));
                  })),
          PersistentMap.of(map(this::number)),
          PersistentMap.of(map(this::last)),
          number(),
          PersistentMap.of(map(this::number)),
          PersistentMap.of(map(this::number)),
          facts());
    }

    CommitRecord record() {
      long number = 1 + number();
      CommitRecord.Body body =
          switch (random.nextInt(4)) {
            case 0 -> new CommitRecord.Open(pending(), random.nextBoolean() ? facts() : null);
            case 1 -> new CommitRecord.Data(folded(false));
            case 2 ->
                new CommitRecord.Maintenance(
                    some(this::other),
                    random.nextBoolean() ? new CleanUp(number(), some(this::text)) : null);
            default ->
                new CommitRecord.Guest(
                    new GuestId(run(), text()), some(this::other), folded(false));
          };
      return new CommitRecord(
          number,
          number - 1,
          random.nextLong(),
          new Reign(text(), number(), run(), text(), number(), text()),
          new Progress(number(), last(), random.nextLong()),
          new Author(text(), text(), text()),
          body);
    }
  }
}
