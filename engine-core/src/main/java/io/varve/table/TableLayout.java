package io.varve.table;

import java.util.Locale;

/** Where the files of a table are, relative to its root (format.md). */
public final class TableLayout {

  /** The file that says which table this is. */
  public static final String DESCRIPTION = "table.json";

  /** The directory of commit records. */
  public static final String COMMITS = "commits";

  /** The directory of full states, one for every hundredth record or so. */
  public static final String STATES = "states";

  /** A hint at the newest record. */
  public static final String HEAD = "HEAD";

  /** The number of the newest record that clean-up has deleted. */
  public static final String BASE = "BASE";

  private TableLayout() {}

  /** Returns the file of a commit record. */
  public static String commit(long number) {
    return COMMITS + "/" + number(number);
  }

  /** Returns the file of the full state after a commit record. */
  public static String state(long number) {
    return STATES + "/" + number(number);
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%020d", number);
  }

  /** Returns the name of a segment within its partition's directory. */
  public static String segment(long writer, long ordinal) {
    return "segments/" + attempt(writer) + "-" + ordinal + ".vseg";
  }

  /** Returns the name of a tail within its partition's directory. */
  public static String tail(long writer, long ordinal) {
    return "tail/" + attempt(writer) + "-" + ordinal + ".vtail";
  }

  /** Returns whether a file of a partition was written by a writer attempt. */
  public static boolean isOf(long writer, String file) {
    return file.startsWith(attempt(writer) + "-", file.indexOf('/') + 1);
  }

  /** Returns a writer attempt's number as file names show it: 16 hexadecimal digits. */
  public static String attempt(long writer) {
    return String.format(Locale.ROOT, "%016x", writer);
  }
}
