/** Varve in Flink SQL: the connector, its types, and what the planner pushes into scans. */
@NullMarked
package io.varve.flink.table;

import org.jspecify.annotations.NullMarked;
