/** The Flink sink: writers, the aggregator of a checkpoint and the committer. */
@NullMarked
package io.varve.flink.sink;

import org.jspecify.annotations.NullMarked;
