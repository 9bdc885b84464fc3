package io.varve.flink.sink;

import io.varve.table.protocol.WriterChanges;

/**
 * What a writer hands to the aggregator at a barrier. Immutable.
 *
 * @param tableId the table that the writer sees, by which the aggregator knows that both see the
 *     same
 * @param changes what has become durable
 */
public record WriterResult(String tableId, WriterChanges changes) {}
