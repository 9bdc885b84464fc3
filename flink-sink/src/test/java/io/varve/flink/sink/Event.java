package io.varve.flink.sink;

import io.varve.column.RecordMapping;
import io.varve.schema.TableDefinition;
import java.time.Instant;
import java.util.Random;

/** What the tests write. */
record Event(Instant time, long id, String key, long amount) {

  static Event of(long id) {
    return new Event(
        Instant.ofEpochSecond(1_000_000_000L + id), id, "key-" + id % 97, id * 7 - 1000);
  }

  static TableDefinition table() {
    return TableDefinition.builder(RecordMapping.schemaOf(Event.class, "time")).build();
  }

  static TableDefinition bucketedTable(int buckets) {
    return TableDefinition.builder(RecordMapping.schemaOf(Event.class, "time"))
        .bucketedBy(buckets, "key")
        .build();
  }

  /** Returns a table with or without partition columns and a bucket key. */
  static TableDefinition randomTable(Random random) {
    TableDefinition.Builder table =
        TableDefinition.builder(RecordMapping.schemaOf(Event.class, "time"));
    if (random.nextBoolean()) {
      table.partitionedBy("key");
    }
    if (random.nextBoolean()) {
      table.bucketedBy(1 + random.nextInt(5), "id");
    }
    return table.build();
  }
}
