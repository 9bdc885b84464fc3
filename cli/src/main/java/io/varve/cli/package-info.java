/** The operator's commands over tables. Read {@link io.varve.cli.Varve} first. */
@NullMarked
package io.varve.cli;

import org.jspecify.annotations.NullMarked;
