/**
 * Jobs of Flink that write and roll up the workload, each in a JVM of its own; read {@link
 * io.varve.benchmarks.flink.FlinkSubject} first.
 */
@NullMarked
package io.varve.benchmarks.flink;

import org.jspecify.annotations.NullMarked;
