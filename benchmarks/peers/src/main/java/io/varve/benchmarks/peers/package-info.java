/** Other stores as subjects of the benchmarks; read {@link SqlSubject} first. */
@NullMarked
package io.varve.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
