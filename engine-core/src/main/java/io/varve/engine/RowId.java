package io.varve.engine;

/**
 * The name of a row for good. Immutable.
 *
 * @param writer the opening of the log that appended it
 * @param sequence its place among all rows of that opening
 */
record RowId(long writer, long sequence) {}
