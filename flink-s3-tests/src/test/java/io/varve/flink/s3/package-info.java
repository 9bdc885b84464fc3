/** The sources on an S3 server. */
@NullMarked
package io.varve.flink.s3;

import org.jspecify.annotations.NullMarked;
