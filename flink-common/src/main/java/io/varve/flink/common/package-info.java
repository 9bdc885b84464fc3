/** What sink and source share: type mapping, options and serializers. */
@NullMarked
package io.varve.flink.common;

import org.jspecify.annotations.NullMarked;
