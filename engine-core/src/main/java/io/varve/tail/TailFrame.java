package io.varve.tail;

/**
 * What a frame says of itself. Immutable.
 *
 * @param offset where it begins in the file
 * @param end where it ends: the next one's start
 * @param writer the unique number of the writer attempt
 * @param layer of its rows
 * @param firstSequence the sequence of its first row
 * @param rows 1 to 1,024
 * @param schemaVersion of the schema that it was written with
 * @param previous where the frame before it of the same partition ends; if there is none that is to
 *     be read, the end of any frame before it, or of the header, or 0
 * @param partition path of the engine directory whose rows these are
 */
public record TailFrame(
    long offset,
    long end,
    long writer,
    long layer,
    long firstSequence,
    int rows,
    int schemaVersion,
    long previous,
    String partition) {}
