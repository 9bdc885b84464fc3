/**
 * Filters, selections, row reading and aggregation over stored rows, block by block. Read Filter,
 * Aggregation and Aggregator first.
 */
@NullMarked
package io.varve.query;

import org.jspecify.annotations.NullMarked;
