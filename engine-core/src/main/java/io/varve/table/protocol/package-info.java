/** The commit protocol as pure functions of records and states. No I/O. */
@NullMarked
package io.varve.table.protocol;

import org.jspecify.annotations.NullMarked;
