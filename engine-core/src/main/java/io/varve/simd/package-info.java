/** Kernels over primitive arrays, scalar and vector, chosen at start-up; both answer alike. */
@NullMarked
package io.varve.simd;

import org.jspecify.annotations.NullMarked;
