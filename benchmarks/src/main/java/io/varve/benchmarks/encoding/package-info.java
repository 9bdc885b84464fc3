/** What encodings and indexes cost in bytes and time: start with {@code SizeSuite}. */
@NullMarked
package io.varve.benchmarks.encoding;

import org.jspecify.annotations.NullMarked;
