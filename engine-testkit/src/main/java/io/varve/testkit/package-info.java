/** Fakes, kits and JUnit extensions shared by the tests of all modules. Test scope only. */
@NullMarked
package io.varve.testkit;

import org.jspecify.annotations.NullMarked;
