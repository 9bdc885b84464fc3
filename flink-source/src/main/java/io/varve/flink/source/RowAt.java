package io.varve.flink.source;

/**
 * A row as it is emitted, and where it stood.
 *
 * @param <T> what is emitted
 */
record RowAt<T>(T element, int block, int row) {}
