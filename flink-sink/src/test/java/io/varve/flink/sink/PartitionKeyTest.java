package io.varve.flink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.RowSink;
import io.varve.flink.common.RowConverter;
import io.varve.table.UpkeepOptions;
import io.varve.table.WriterOptions;
import io.varve.table.protocol.OnRewind;
import org.junit.jupiter.api.Test;

class PartitionKeyTest {

  private static PartitionKey<Event> key(RowConverter<Event> converter) {
    return new PartitionKey<>(
        new SinkSettings<>(
            "table",
            Event.bucketedTable(4),
            converter,
            WriterOptions.DEFAULTS,
            UpkeepOptions.DEFAULTS,
            OnRewind.REWIND,
            OnInvalidRow.DROP_AND_COUNT,
            false));
  }

  @Test
  void isThePathOfThePartition() throws Exception {
    PartitionKey<Event> key = key(RowConverter.ofRecord(Event.class));
    assertThat(key.getKey(Event.of(1)))
        .matches("bucket-000[0-3]")
        .isEqualTo(key.getKey(Event.of(98)));
  }

  /** The writer decides what becomes of it; here it must not fail the task. */
  @Test
  void letsAnElementPassThatIsNoRow() throws Exception {
    PartitionKey<Event> key =
        key(
            new RowConverter<>() {
              @Override
              public void convert(Event element, RowSink row) {
                throw new IllegalArgumentException("no row");
              }
            });
    assertThat(key.getKey(Event.of(1))).isEmpty();
  }
}
