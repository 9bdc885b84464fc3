/**
 * The embedded event log: one directory, one writer, any number of readers. Read EventLog first,
 * then LogCore.
 */
@NullMarked
package io.varve.engine;

import org.jspecify.annotations.NullMarked;
