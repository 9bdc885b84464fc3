/**
 * The only code that touches the operating system: stores of named files and the errors they raise.
 */
@NullMarked
package io.varve.io;

import org.jspecify.annotations.NullMarked;
