/** Tables: the commit log, epochs, writing and planning of reads. */
@NullMarked
package io.varve.table;

import org.jspecify.annotations.NullMarked;
