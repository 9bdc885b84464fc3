/** Other sinks and sources of Flink; read {@link SqlReadSubject} first. */
@NullMarked
package io.varve.benchmarks.flink.peers;

import org.jspecify.annotations.NullMarked;
