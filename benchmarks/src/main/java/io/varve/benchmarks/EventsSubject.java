package io.varve.benchmarks;

import java.nio.file.Path;

/**
 * A store of usage events, as {@link EventsSuite} measures it. It is loaded once and then read; all
 * subjects give the same answers. Peers are found by {@link java.util.ServiceLoader}. Confined to
 * one thread, whatever threads it uses itself.
 */
public interface EventsSubject extends AutoCloseable {

  /** Returns a short name, for the table and {@code --peers}. */
  String name();

  /** Returns what it was asked to do, and why that is fair: durability, indexes, compression. */
  String about();

  /**
   * Creates an empty store.
   *
   * @param directory empty, the subject's own
   * @param threads that one operation may use
   */
  void create(Path directory, int threads) throws Exception;

  /**
   * Opens what a run before created, loaded and finished in a directory, instead of {@link
   * #create}; {@link #reopen} follows.
   */
  void openKept(Path directory, int threads) throws Exception;

  /** Returns whether a few rows can be made durable without a file of their own. */
  default boolean syncsFewRows() {
    return true;
  }

  /** Adds rows; they need not be durable. */
  void append(UsageBatch batch) throws Exception;

  /** Makes all rows so far durable: they are there after the power fails. */
  void sync() throws Exception;

  /** Says that no row follows, and brings the store into the form in which it is read. */
  void finish() throws Exception;

  /** Closes what is open and opens it again, so that nothing read before is remembered. */
  void reopen() throws Exception;

  /** Adds up the rows that a condition holds for. */
  UsageTotals totals(UsageFilter filter) throws Exception;

  /** Adds up all rows without sums or counts that were stored beside them. */
  default UsageTotals totalsFromRows() throws Exception {
    return totals(UsageFilter.ALL);
  }

  /** Returns the bytes of all files that belong to the store once it is finished. */
  long bytes() throws Exception;

  /** Adds up count, cost, input and output tokens by day, user and key; all groups go to Java. */
  GroupsChecksum rollup() throws Exception;

  /** Fetches the newest rows of a user, all columns of each, newest first. */
  RowsChecksum latest(String user, int count) throws Exception;

  /** Fetches the row with an id, all columns of it; no rows if there is none. */
  RowsChecksum lookup(String id) throws Exception;

  /** Fetches every column of every row as Java values. */
  RowsChecksum scan() throws Exception;

  @Override
  void close() throws Exception;
}
