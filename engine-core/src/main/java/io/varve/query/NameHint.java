package io.varve.query;

import java.util.Collection;
import java.util.Locale;

/** Guesses which of some names was meant by a wrong one. */
public final class NameHint {

  private static final int MAX_EDITS = 2;
  private static final int MAX_LISTED = 20;

  private NameHint() {}

  /** Returns the end of a message: the name that comes closest, else all names. */
  public static String of(String wrong, Collection<String> names) {
    String best = null;
    int least = Math.min(MAX_EDITS, wrong.length() / 2) + 1;
    for (String name : names) {
      int edits = edits(wrong.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
      if (edits < least) {
        least = edits;
        best = name;
      }
    }
    if (best != null) {
      return "; did you mean '" + best + "'?";
    }
    String more = names.size() > MAX_LISTED ? " and more" : "";
    return "; there are " + String.join(", ", names.stream().limit(MAX_LISTED).toList()) + more;
  }

  /** Returns how many letters to add, drop or change to make one text the other. */
  private static int edits(String from, String to) {
    int[] before = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] now = new int[to.length() + 1];
      now[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        now[j] = Math.min(before[j - 1] + change, Math.min(before[j], now[j - 1]) + 1);
      }
      before = now;
    }
    return before[to.length()];
  }
}
