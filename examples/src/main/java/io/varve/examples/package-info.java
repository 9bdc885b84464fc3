/** Runnable jobs on real data, and the demo that checks itself. */
@NullMarked
package io.varve.examples;

import org.jspecify.annotations.NullMarked;
