package io.varve.examples;

/**
 * One bill: which rows it is of. Immutable.
 *
 * @param number its number, from 1
 * @param commit the commit that is billed
 * @param fromNanos the start of the first day
 * @param throughNanos the end of the last day
 * @param done whether its lines are written
 */
record BillRun(long number, long commit, long fromNanos, long throughNanos, boolean done) {}
