package io.varve.engine;

/**
 * What forgetting old events did. Immutable.
 *
 * @param segments how many segments were dropped whole
 * @param rows how many events are not there any more, in dropped segments and others
 * @param bytes the bytes of the dropped segments
 */
public record GcResult(int segments, long rows, long bytes) {}
