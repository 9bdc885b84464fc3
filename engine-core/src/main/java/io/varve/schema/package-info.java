/** Column types, columns with stable field ids, and versioned schemas. No I/O. */
@NullMarked
package io.varve.schema;

import org.jspecify.annotations.NullMarked;
