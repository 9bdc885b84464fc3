package io.varve.engine;

/**
 * Numbers of a log at one point. Immutable.
 *
 * @param rows how many rows there are, deleted ones that are still in a file included
 * @param segments how many segments there are
 * @param segmentBytes their bytes
 * @param unsealedRows how many rows are in no segment
 * @param deletedRows how many deleted rows are still in a file or in memory
 * @param unsyncedRows how many rows a crash of the machine would lose
 * @param unsyncedBytes their bytes in memory
 * @param floorNanos events of an earlier time are gone; {@link Long#MIN_VALUE} if none are
 * @param waitingFiles how many files wait to be deleted
 */
public record LogStats(
    long rows,
    int segments,
    long segmentBytes,
    long unsealedRows,
    long deletedRows,
    long unsyncedRows,
    long unsyncedBytes,
    long floorNanos,
    int waitingFiles) {}
