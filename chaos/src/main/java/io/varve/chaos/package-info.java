/**
 * Kills a real Flink cluster at random and compares every commit of a table with what the job's
 * source wrote down. Read {@code Chaos} first, then {@code LedgerEmitter} and {@code TableCheck}.
 */
@org.jspecify.annotations.NullMarked
package io.varve.chaos;
