package io.varve.table;

import java.util.HexFormat;

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

  /** The directory of the files that say up to which number records have expired. */
  public static final String BASE = "base";

  /** Says that the oldest files of {@link #BASE} have been deleted. */
  static final String BASE_TRIMMED = BASE + "/trimmed";

  /** The directory of the leases of readers. */
  public static final String LEASES = "leases";

  /** How the names of segments end. */
  public static final String SEGMENT_SUFFIX = ".vseg";

  /** How the names of tails end. */
  public static final String TAIL_SUFFIX = ".vtail";

  private static final int NUMBER_DIGITS = 20;
  private static final String NUMBER_PATTERN = "0\\d{19}"; // no long has a first digit there

  private TableLayout() {}

  /** Returns the file of a commit record. */
  public static String commit(long number) {
    return numbered(COMMITS, number);
  }

  /** Returns the file of the full state after a commit record. */
  public static String state(long number) {
    return numbered(STATES, number);
  }

  /** Returns a file of the chain that says up to which number records have expired. */
  public static String base(long index) {
    return BASE + "/" + index;
  }

  /** Returns the file with a number in a directory of commits or states. */
  static String numbered(String directory, long number) {
    return directory + "/" + number(number);
  }

  /** Returns a number as file names show it: 20 digits, so that they sort. */
  private static String number(long number) {
    String digits = Long.toString(number);
    return "0".repeat(Math.max(0, NUMBER_DIGITS - digits.length())) + digits;
  }

  /** Returns the number that a file of commits or states is named by; -1 if the name is none. */
  static long numberOf(String name) {
    return name.matches(NUMBER_PATTERN) ? Math.max(-1, Long.parseUnsignedLong(name)) : -1;
  }

  /** Returns the file of a reader's lease. */
  static String lease(long record, String name) {
    return LEASES + "/" + number(record) + "-" + name;
  }

  /** Returns the path of a segment; the ordinal counts all files of the writer attempt. */
  public static String segment(String partition, String writer, long ordinal) {
    return partition + "/segments/" + writer + "-" + ordinal + SEGMENT_SUFFIX;
  }

  /** Returns the path of a tail; the ordinal counts all files of the writer attempt. */
  public static String tail(String partition, String writer, long ordinal) {
    return partition + "/tail/" + writer + "-" + ordinal + TAIL_SUFFIX;
  }

  /** Returns the path of a tail that the partitions of a writer attempt share. */
  public static String sharedTail(String writer, long ordinal) {
    return "tail/" + writer + "-" + ordinal + TAIL_SUFFIX;
  }

  /** Returns whether a path is that of a segment or tail. */
  public static boolean isDataFile(String path) {
    return path.endsWith(SEGMENT_SUFFIX) || path.endsWith(TAIL_SUFFIX);
  }

  /** Returns whether a segment or tail was written by a writer attempt. */
  public static boolean isOf(String writer, String path) {
    return path.startsWith(writer + "-", path.lastIndexOf('/') + 1);
  }

  /** Returns a writer attempt's number as file names and commits show it: 16 hexadecimal digits. */
  public static String writerId(long writer) {
    return HexFormat.of().toHexDigits(writer);
  }
}
