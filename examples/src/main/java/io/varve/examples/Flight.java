package io.varve.examples;

import io.varve.column.RecordMapping;
import io.varve.schema.TableDefinition;
import java.time.LocalDateTime;

/**
 * One flight. Immutable.
 *
 * @param departure when it left, without zone
 * @param delay minutes late, negative if early
 * @param distance miles
 * @param origin airport, three letters
 * @param destination airport, three letters
 */
public record Flight(
    LocalDateTime departure, int delay, int distance, String origin, String destination) {

  /** The column that is the event time. */
  public static final String TIME_COLUMN = "departure";

  /** Returns a table of flights in which each writer fills a bucket of its own. */
  public static TableDefinition table() {
    return TableDefinition.builder(RecordMapping.schemaOf(Flight.class, TIME_COLUMN)).build();
  }

  /** Returns a table of flights in which the value of a column chooses the bucket. */
  public static TableDefinition tableBucketedBy(String column, int buckets) {
    return TableDefinition.builder(RecordMapping.schemaOf(Flight.class, TIME_COLUMN))
        .bucketedBy(buckets, column)
        .build();
  }
}
