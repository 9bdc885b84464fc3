/** The bounded Flink source: rows of one pinned commit and partial aggregates of it. */
@NullMarked
package io.varve.flink.source;

import org.jspecify.annotations.NullMarked;
