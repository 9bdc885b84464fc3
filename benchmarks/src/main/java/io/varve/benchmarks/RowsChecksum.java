package io.varve.benchmarks;

/** The number of rows fetched and a sum over all their values. Confined. */
public final class RowsChecksum {

  private long rows;
  private long sum;

  /** Creates the checksum of no rows. */
  public RowsChecksum() {}

  /** Adds a number of the row that {@link #endRow} ends. */
  public void add(long number) {
    sum += number;
  }

  /** Adds a text of the row: its length and two of its letters, so that it must be there. */
  public void add(String text) {
    int length = text.length();
    sum += length * 31L + text.charAt(length - 1) * 7L + text.charAt(length >> 1);
  }

  /** Counts a row. */
  public void endRow() {
    rows++;
  }

  /** Returns number of rows and sum as text, the same for the same rows. */
  @Override
  public String toString() {
    return rows + " rows, " + Long.toHexString(sum);
  }
}
