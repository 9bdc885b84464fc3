package io.varve.query;

/**
 * The times that a filter asks for beside everything else: rows of others need not be looked at.
 *
 * @param first the first nanosecond since 1970-01-01T00:00:00
 * @param last the last nanosecond; before the first if no row is wanted
 */
public record TimeRange(long first, long last) {}
