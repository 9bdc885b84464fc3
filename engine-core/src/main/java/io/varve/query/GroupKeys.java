package io.varve.query;

import io.varve.column.BlockSource;
import io.varve.column.ZoneMap;
import io.varve.io.BytesWriter;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.schema.TypeKind;
import java.io.IOException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The keys of an aggregation's groups: read from blocks, and numbered by a table. Confined. */
final class GroupKeys {

  private final KeyReader[] readers;
  private final GroupTable table;

  /** Whether each key is the same all over the block that was looked at last. */
  private final boolean[] constant;

  private final long[] key;
  private final long[][] words;
  private final int[] idCounts;

  /** Of each key the bytes of its values by their numbers, as far as they have been written. */
  private final byte[][][] written;

  GroupKeys(BoundAggregation bound) {
    Aggregation aggregation = bound.aggregation();
    this.readers = new KeyReader[aggregation.keys().size()];
    this.constant = new boolean[readers.length];
    int width = 0;
    boolean small = true;
    for (int i = 0; i < readers.length; i++) {
      readers[i] = newKey(bound, aggregation.keys().get(i));
      width += readers[i].width();
      small &= readers[i].isNumbered();
    }
    this.table = new GroupTable(width, small);
    this.key = new long[width];
    this.words = new long[width][BlockSource.MAX_BLOCK_ROWS];
    this.idCounts = new int[width];
    this.written = new byte[readers.length][0][];
  }

  private static KeyReader newKey(BoundAggregation bound, GroupKey key) {
    Schema schema = bound.schema();
    if (key instanceof GroupKey.OfTime time) {
      Field field = schema.timeField();
      boolean local = field.type().kind() == TypeKind.TIMESTAMP;
      ZoneId zone = local ? ZoneOffset.UTC : bound.aggregation().timeZone();
      return new TimeKey(field.id(), new TimeBucketCutter(time.bucket(), zone));
    }
    int fieldId = schema.field(schema.indexOf(key.name())).id();
    return switch (bound.storageOf(key)) {
      case LONG -> new LongKey(fieldId);
      case DOUBLE -> RawKey.ofDouble(fieldId);
      case BINARY -> new BinaryKey(fieldId);
      case PAIR -> RawKey.ofPair(fieldId);
    };
  }

  KeyReader[] readers() {
    return readers;
  }

  GroupTable table() {
    return table;
  }

  /** Sets the words of the keys that are the same all over a zone; returns whether all are. */
  boolean readConstants(ZoneMapLookup zones) throws IOException {
    boolean all = true;
    int at = 0;
    for (int i = 0; i < readers.length; i++) {
      ZoneMap zone = zones.zoneMap(readers[i].fieldId());
      constant[i] = zone != null && readers[i].readConstant(zone, key, at);
      all &= constant[i];
      at += readers[i].width();
    }
    return all;
  }

  /**
   * Sets the key that most rows have if only one part of it changes within the block and that part
   * seldom; then sets the bits of the other rows. {@link #readConstants} has looked at the block.
   */
  boolean readMostly(Block block, long[] otherBits) throws IOException {
    int changing = -1;
    int at = 0;
    int changingAt = 0;
    for (int i = 0; i < readers.length; i++) {
      if (!constant[i]) {
        if (changing >= 0) {
          return false;
        }
        changing = i;
        changingAt = at;
      }
      at += readers[i].width();
    }
    KeyReader reader = readers[changing];
    return reader.readMostly(block.column(reader.fieldId()), key, changingAt, otherBits);
  }

  private void readWords(Block block, int[] rows, int count) throws IOException {
    int at = 0;
    for (int i = 0; i < readers.length; i++) {
      if (constant[i]) {
        for (int word = at; word < at + readers[i].width(); word++) {
          Arrays.fill(words[word], 0, count, key[word]);
        }
      } else {
        readers[i].read(block.column(readers[i].fieldId()), rows, count, words, at);
      }
      at += readers[i].width();
    }
  }

  private void reserve() {
    int at = 0;
    for (KeyReader reader : readers) {
      idCounts[at] = reader.idCount();
      at += reader.width();
    }
    table.reserve(idCounts);
  }

  /** Returns the group of the key whose words are set. */
  int group() {
    reserve();
    return table.groupOf(key);
  }

  /** Finds the groups of some rows of the block that was looked at last. */
  void find(Block block, int[] rows, int count, int[] groups) throws IOException {
    readWords(block, rows, count);
    reserve();
    table.find(words, count, groups);
  }

  /**
   * Finds the groups of groups that a source holds ready.
   *
   * @param byTime whether spans of time are read from them
   */
  void findReady(
      PreaggregatedBlocks source, Block block, boolean byTime, int[] rows, int count, int[] groups)
      throws IOException {
    int at = 0;
    for (KeyReader reader : readers) {
      ZoneMap zone = block.zoneMap(reader.fieldId());
      if (reader instanceof TimeKey && byTime) {
        reader.read(source.spans(block.index()), rows, count, words, at);
      } else if (zone != null && reader.readConstant(zone, key, at)) {
        for (int word = at; word < at + reader.width(); word++) {
          Arrays.fill(words[word], 0, count, key[word]);
        }
      } else {
        reader.read(block.column(reader.fieldId()), rows, count, words, at);
      }
      at += reader.width();
    }
    reserve();
    table.find(words, count, groups);
  }

  /** Finds the group of each value that was counted, of the only key; returns their number. */
  int findCounted(CountedValues values, int[] groups) {
    int count = values.read(readers[0], words);
    reserve();
    table.find(words, count, groups);
    return count;
  }

  /** Returns the key of a group. */
  List<Value> values(int group) {
    table.copyKey(group, key);
    List<Value> values = new ArrayList<>(readers.length);
    int at = 0;
    for (KeyReader reader : readers) {
      values.add(reader.value(key, at));
      at += reader.width();
    }
    return values;
  }

  /** Writes the key of a group as {@link GroupRows} does. */
  void write(int group, BytesWriter out) {
    table.copyKey(group, key);
    int at = 0;
    for (int i = 0; i < readers.length; i++) {
      KeyReader reader = readers[i];
      if (reader.isNumbered()) {
        out.writeBytes(bytesOf(i, (int) key[at], at));
      } else {
        GroupRows.writeKey(reader.value(key, at), out);
      }
      at += reader.width();
    }
  }

  /** Returns the bytes of the value of a number, which many groups have. */
  private byte[] bytesOf(int reader, int id, int at) {
    byte[][] known = written[reader];
    if (id >= known.length) {
      known = Arrays.copyOf(known, Math.max(readers[reader].idCount(), id + 1));
      written[reader] = known;
    }
    byte[] bytes = known[id];
    if (bytes == null) {
      BytesWriter out = new BytesWriter(32);
      GroupRows.writeKey(readers[reader].value(key, at), out);
      bytes = out.toByteArray();
      known[id] = bytes;
    }
    return bytes;
  }

  /** Forgets all groups. */
  void clear() {
    table.clear();
    for (KeyReader reader : readers) {
      reader.clear();
    }
    Arrays.fill(written, new byte[0][]);
  }
}
