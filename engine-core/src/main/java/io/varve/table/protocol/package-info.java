/**
 * The commit protocol: records and states as values, and everything that judges or changes them.
 * Storage is one small interface, {@link io.varve.table.protocol.CommitLog}; there is no other I/O,
 * no clock and no thread. Every act on the log is a {@link io.varve.table.protocol.LogOperation}
 * that makes one access per step, so that the exploration can put anything between any two accesses
 * of the code that runs in production. Read {@link io.varve.table.protocol.CommitRecord} first,
 * then {@link io.varve.table.protocol.LogOperation}.
 */
@NullMarked
package io.varve.table.protocol;

import org.jspecify.annotations.NullMarked;
