/** Batches of values held column by column in primitive arrays. */
@NullMarked
package io.varve.column;

import org.jspecify.annotations.NullMarked;
