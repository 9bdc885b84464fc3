package io.varve.table.protocol;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A table's storage as the protocol sees it. Every call is one access; between two calls anyone
 * else may do anything.
 *
 * <p>Files are named by their path relative to the table. Names are never used twice.
 */
public interface CommitLog {

  /** Returns the number of a recent record, usually the newest; 0 if there never was one. */
  long newest() throws IOException;

  /** Returns a record, empty if there is none yet or it has expired. */
  Optional<CommitRecord> read(long number) throws IOException;

  /**
   * Returns the state after a record, empty if the record, or one that the state is derived from,
   * is missing. The state after record 0 is {@link TableState#EMPTY}.
   */
  Optional<TableState> state(long number) throws IOException;

  /**
   * Creates a record durably and whole, if there is none of its number.
   *
   * @return whether this call created it; false if the number was taken
   * @throws IOException if the outcome is unknown
   */
  boolean create(CommitRecord record) throws IOException;

  /**
   * Makes durable every record that can be read: one whose creation had an unknown outcome may be
   * there and not be durable.
   */
  default void sync() throws IOException {}

  /** Returns the number up to which records have expired, 0 if none has. Only grows. */
  long base() throws IOException;

  /** Returns those of the files that do not exist. */
  List<String> missing(Collection<String> files) throws IOException;

  /** Returns every segment and tail file of the table. */
  List<StoredFile> files() throws IOException;

  /** Deletes a file; returns the length that it had, empty if there was none. */
  OptionalLong deleteFile(String file) throws IOException;

  /** Returns the smallest record number that a reader's lease names which has not lapsed. */
  OptionalLong oldestLease(long nowMillis) throws IOException;

  /**
   * Stores the whole state after a record durably, so that it can be read without older records.
   */
  void keepState(long number, TableState state) throws IOException;

  /**
   * Raises {@link #base} durably; never lowers it, even if two do it at once with different
   * numbers.
   */
  void raiseBase(long through) throws IOException;

  /**
   * Deletes an expired record and what is stored of its state.
   *
   * @return whether there was such a record
   */
  boolean deleteRecord(long number) throws IOException;
}
