/**
 * Files as a tree of paths, little-endian buffers, checksums and the errors of all packages: the
 * only code that touches the operating system. Read FileStore first.
 */
@NullMarked
package io.varve.io;

import org.jspecify.annotations.NullMarked;
