/**
 * Rows in memory, column by column, and the interface by which stored rows are read. Read Column
 * and BlockSource first.
 */
@NullMarked
package io.varve.column;

import org.jspecify.annotations.NullMarked;
