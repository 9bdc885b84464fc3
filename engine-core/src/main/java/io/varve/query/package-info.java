/** Filters, selections and aggregation over segments and tails. */
@NullMarked
package io.varve.query;

import org.jspecify.annotations.NullMarked;
