package io.varve.chaos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Everything that was emitted of one key, without what was given up: each stretch begins where the
 * one before it ends. Immutable.
 *
 * @param key the key
 * @param stretches oldest first
 */
record KeyHistory(long key, List<Stretch> stretches) {

  KeyHistory {
    stretches = List.copyOf(stretches);
  }

  static KeyHistory empty(long key) {
    return new KeyHistory(key, List.of());
  }

  long rows() {
    return stretches.isEmpty() ? 0 : stretches.get(stretches.size() - 1).to();
  }

  KeyHistory with(Stretch stretch) {
    if (stretch.from() != rows()) {
      throw new IllegalArgumentException(stretch + " does not follow " + this);
    }
    List<Stretch> more = new ArrayList<>(stretches);
    more.add(stretch);
    return new KeyHistory(key, more);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder().append(key);
    stretches.forEach(stretch -> text.append(' ').append(stretch));
    return text.toString();
  }

  static KeyHistory parse(String text) {
    String[] parts = text.split(" ", -1);
    KeyHistory history = empty(Long.parseLong(parts[0]));
    for (String stretch : Arrays.asList(parts).subList(1, parts.length)) {
      history = history.with(Stretch.parse(stretch));
    }
    return history;
  }
}
