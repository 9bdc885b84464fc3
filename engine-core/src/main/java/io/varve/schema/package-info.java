/**
 * Column types, columns and what a table's columns are for; no input or output. Read Schema first.
 */
@NullMarked
package io.varve.schema;

import org.jspecify.annotations.NullMarked;
