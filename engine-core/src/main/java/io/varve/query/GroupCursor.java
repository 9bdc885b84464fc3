package io.varve.query;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the groups that an {@link Aggregator} holds, in the order in which they were met,
 * without making an object for each. Confined to one thread, and valid until rows are added or
 * groups are handed over.
 */
public final class GroupCursor {

  private final GroupTable table;
  private final KeyReader[] keys;
  private final AccumulatorPlan accumulators;
  private final long[] key;
  private final int[] places;
  private final @Nullable String[][] texts;
  private int group = -1;

  GroupCursor(GroupTable table, KeyReader[] keys, AccumulatorPlan accumulators) {
    this.table = table;
    this.keys = keys;
    this.accumulators = accumulators;
    this.places = new int[keys.length];
    this.texts = new String[keys.length][0];
    int width = 0;
    for (int i = 0; i < keys.length; i++) {
      places[i] = width;
      width += keys[i].width();
    }
    this.key = new long[width];
  }

  /** Goes to the next group; false if there is none. */
  public boolean next() {
    if (group + 1 >= table.size()) {
      return false;
    }
    table.copyKey(++group, key);
    return true;
  }

  /** Returns the value of a group key. */
  public Value key(int index) {
    return keys[index].value(key, places[index]);
  }

  /**
   * Returns the value of a group key of text, the same object where it is the same; null for a
   * null.
   *
   * @throws IllegalStateException if the key is of another type
   */
  public @Nullable String keyText(int index) {
    if (!(keys[index] instanceof BinaryKey reader)) {
      throw new IllegalStateException("group key " + index + " is no text");
    }
    int id = (int) key[places[index]];
    if (id == 0) {
      return null;
    }
    if (id >= texts[index].length) {
      texts[index] = Arrays.copyOf(texts[index], Math.max(id + 1, texts[index].length * 2));
    }
    String text = texts[index][id];
    if (text == null) {
      text = reader.text(id);
      texts[index][id] = text;
    }
    return text;
  }

  /** Returns what is known of a measure. */
  public MeasureState measure(int index) {
    return accumulators.accumulator(index).state(group);
  }

  /**
   * Returns a count, or the sum of integers.
   *
   * @throws ArithmeticException if a sum does not fit into 64 bits
   * @throws IllegalStateException if the measure is of another kind
   */
  public long measureLong(int index) {
    return accumulators.accumulator(index).longValue(group);
  }
}
