/** The sink and its file store on a real HDFS. */
@NullMarked
package io.varve.flink.hdfs;

import org.jspecify.annotations.NullMarked;
