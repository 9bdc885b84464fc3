/** Values to bytes of one block and back. */
@NullMarked
package io.varve.encoding;

import org.jspecify.annotations.NullMarked;
