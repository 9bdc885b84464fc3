package io.varve.engine;

import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a segment, a tail or a file of deletes: no name is used twice. Immutable.
 *
 * @param attempt which opening of the log made the file, from 1
 * @param ordinal of the file among all of the attempt, from 0
 */
record FileId(long attempt, long ordinal) implements Comparable<FileId> {

  /** Before all others. */
  static final FileId NONE = new FileId(0, 0);

  private static final Comparator<FileId> ORDER =
      Comparator.comparingLong(FileId::attempt).thenComparingLong(FileId::ordinal);

  private static final Pattern NAME =
      Pattern.compile("([0-9a-f]{16})-([0-9]{1,18})\\.(?:vseg|vtail|vdel)");

  /** Returns what a file's name says; empty if it is of another shape. */
  static Optional<FileId> parse(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches()
        ? Optional.of(
            new FileId(
                HexFormat.fromHexDigitsToLong(matcher.group(1)), Long.parseLong(matcher.group(2))))
        : Optional.empty();
  }

  @Override
  public int compareTo(FileId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(attempt) + "-" + ordinal;
  }
}
