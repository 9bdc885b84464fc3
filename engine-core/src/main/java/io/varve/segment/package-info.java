/** The layout of sealed segment files: header, blocks, dictionaries, zone maps, footer. */
@NullMarked
package io.varve.segment;

import org.jspecify.annotations.NullMarked;
