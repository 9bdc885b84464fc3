/**
 * Measures Varve, alone and beside its peers, over one deterministic workload. Nothing depends on
 * it. Read {@link io.varve.benchmarks.Suite} first: what is measured is a suite, how it is measured
 * stands in {@link io.varve.benchmarks.Bench} alone.
 */
@NullMarked
package io.varve.benchmarks;

import org.jspecify.annotations.NullMarked;
