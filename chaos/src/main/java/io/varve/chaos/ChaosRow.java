package io.varve.chaos;

import io.varve.column.RecordMapping;
import io.varve.schema.TableDefinition;
import java.time.Instant;

/**
 * What the job writes. Key, sequence and attempt make the row; the rest follows from them, so that
 * a row whose columns were mixed up is noticed. Immutable.
 *
 * @param time the event time, not in the order of the sequence
 * @param tenant the partition
 * @param key the key, and what buckets are made by
 * @param sequence the number of the row of this key, from 0
 * @param attempt of the emitter: a row that is emitted again after a failure has another, so that
 *     the row of an attempt that was given up can't pass for it
 * @param text of different lengths
 */
record ChaosRow(Instant time, String tenant, long key, long sequence, long attempt, String text) {

  private static final long FIRST_SECOND = 1_700_000_000L;

  static ChaosRow of(long key, long sequence, long attempt) {
    long mixed = mix(mix(key) ^ mix(sequence) ^ attempt);
    return new ChaosRow(
        Instant.ofEpochSecond(FIRST_SECOND + sequence * 3 + mixed % 50, attempt & 0xffff),
        "tenant-" + key % 5,
        key,
        sequence,
        attempt,
        Long.toHexString(mixed).repeat((int) (sequence % 4)));
  }

  /** Returns the table, with partitions and buckets or with a bucket for each writer. */
  static TableDefinition table(boolean keyed) {
    TableDefinition.Builder table =
        TableDefinition.builder(RecordMapping.schemaOf(ChaosRow.class, "time"))
            .partitionedBy("tenant");
    if (keyed) {
      table.bucketedBy(3, "key");
    }
    return table.build();
  }

  /** Returns a number that any other row hardly has. */
  long digest() {
    long time = this.time.getEpochSecond() * 1_000_000_000L + this.time.getNano();
    return digest(time, tenant, key, sequence, attempt, text);
  }

  /** Returns the same of a stored row, of its columns in their order. */
  static long digest(
      long timeNanos, String tenant, long key, long sequence, long attempt, String text) {
    long digest = mix(timeNanos);
    digest = mix(digest ^ tenant.hashCode());
    digest = mix(digest ^ key);
    digest = mix(digest ^ sequence);
    digest = mix(digest ^ attempt);
    return mix(digest ^ text.hashCode());
  }

  /** Stafford's variant 13 of the finalizer of MurmurHash3. */
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return (mixed ^ (mixed >>> 31)) + 0x9e3779b97f4a7c15L;
  }
}
