/** The layout of tail files: frames of durable rows that are not sealed yet. */
@NullMarked
package io.varve.tail;

import org.jspecify.annotations.NullMarked;
