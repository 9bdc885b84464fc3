package io.varve.query;

import io.varve.encoding.ValueHash;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows of {@link PartialGroups} that belong to one group, by the bytes of their keys in a
 * hash table with open addressing. Measures are read only of groups that have several rows.
 * Confined to one thread.
 */
final class MergedGroups {

  /** Two lengths. */
  static final int LEAST_ROW_BYTES = 2;

  private static final int MIN_SLOTS = 16;
  private static final String WHAT = "partial groups";

  /** Of each group, the array that holds its first row. */
  private final byte[][] arrays;

  /** Where in the array the row begins, its keys begin and end, and where it ends. */
  private final int[] starts;

  private final int[] keyStarts;
  private final int[] keyEnds;
  private final int[] ends;

  private final int[] hashes;

  /** What is known of groups of several rows. */
  private final MeasureState[] @Nullable [] merged;

  /** The number of a group plus one, or zero. */
  private final int[] slots;

  private int size;

  MergedGroups(int rows) {
    this.arrays = new byte[rows][];
    this.starts = new int[rows];
    this.keyStarts = new int[rows];
    this.keyEnds = new int[rows];
    this.ends = new int[rows];
    this.hashes = new int[rows];
    this.merged = new MeasureState[rows][];
    this.slots = new int[Math.max(MIN_SLOTS, Integer.highestOneBit(Math.max(1, rows)) << 2)];
  }

  /** Adds the rows of a part of an array, which must not be changed afterwards. */
  void add(byte[] bytes, int from, int to) throws CorruptFileException {
    BytesReader in = new BytesReader(WHAT, from, bytes, from, to - from);
    while (in.remaining() > 0) {
      int start = in.position();
      int keyLength = in.readVarLength();
      int keyStart = in.advance(keyLength);
      in.advance(in.readVarLength());
      add(bytes, start, keyStart, keyStart + keyLength, in.position());
    }
  }

  private void add(byte[] bytes, int start, int keyStart, int keyEnd, int end)
      throws CorruptFileException {
    int hash = (int) ValueHash.of(bytes, keyStart, keyEnd);
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (slots[slot] != 0) {
      int group = slots[slot] - 1;
      if (hashes[group] == hash && hasKeys(group, bytes, keyStart, keyEnd)) {
        merge(group, bytes, keyEnd, end);
        return;
      }
      slot = (slot + 1) & mask;
    }
    if (size == arrays.length) {
      throw new CorruptFileException(
          WHAT + ": more rows than the " + size + " that they say; read the table again");
    }
    slots[slot] = size + 1;
    arrays[size] = bytes;
    starts[size] = start;
    keyStarts[size] = keyStart;
    keyEnds[size] = keyEnd;
    ends[size] = end;
    hashes[size++] = hash;
  }

  private boolean hasKeys(int group, byte[] bytes, int keyStart, int keyEnd) {
    return Arrays.equals(arrays[group], keyStarts[group], keyEnds[group], bytes, keyStart, keyEnd);
  }

  private void merge(int group, byte[] bytes, int from, int to) throws CorruptFileException {
    MeasureState[] before = measures(group);
    MeasureState[] other = read(bytes, from, to);
    if (before.length != other.length) {
      throw new CorruptFileException(
          WHAT
              + ": rows of one group have "
              + before.length
              + " and "
              + other.length
              + " measures; read the table again");
    }
    for (int i = 0; i < before.length; i++) {
      before[i] = before[i].merge(other[i]);
    }
    merged[group] = before;
  }

  private MeasureState[] measures(int group) throws CorruptFileException {
    MeasureState[] known = merged[group];
    return known != null ? known : read(arrays[group], keyEnds[group], ends[group]);
  }

  /** Reads measures from where their length stands. */
  private static MeasureState[] read(byte[] bytes, int from, int to) throws CorruptFileException {
    BytesReader in = new BytesReader(WHAT, from, bytes, from, to - from);
    in.readVarLength();
    return GroupRows.readMeasures(in);
  }

  /** Gives each group once, in the order in which they were met. */
  void forEach(Consumer<PartialRow> consumer) throws CorruptFileException {
    for (int group = 0; group < size; group++) {
      int start = keyStarts[group];
      int length = keyEnds[group] - start;
      List<Value> keys =
          GroupRows.readKeys(new BytesReader(WHAT, start, arrays[group], start, length));
      consumer.accept(new PartialRow(keys, List.of(measures(group))));
    }
  }

  /** Writes each group as one row; returns their number. */
  int writeTo(BytesWriter out) {
    BytesWriter measures = new BytesWriter(1 << 8);
    for (int group = 0; group < size; group++) {
      byte[] array = arrays[group];
      int start = starts[group];
      MeasureState[] states = merged[group];
      if (states == null) {
        out.writeBytes(array, start, ends[group] - start);
        continue;
      }
      out.writeBytes(array, start, keyEnds[group] - start);
      measures.clear();
      for (MeasureState state : states) {
        GroupRows.writeMeasure(state, measures);
      }
      out.writeVarLong(measures.size()).writeBytes(measures.array(), 0, measures.size());
    }
    return size;
  }
}
