package io.varve.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.LongColumn;
import io.varve.column.RowBatch;
import io.varve.schema.DataType;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Rows are ordered by time, then by who wrote them when. */
class RowOrderTest {

  private static final Schema SCHEMA =
      Schema.builder().timeColumn("ts", DataType.timestampLtz(9)).build();

  private final RowBatch batch = new RowBatch(SCHEMA);

  private void add(long time, long writer, long layer, long sequence) {
    ((LongColumn) batch.column(0)).append(time);
    batch.hidden(HiddenField.WRITER).append(writer);
    batch.hidden(HiddenField.LAYER).append(layer);
    batch.hidden(HiddenField.SEQUENCE).append(sequence);
  }

  private long[] sorted(HiddenField field) {
    LongColumn column = (LongColumn) RowOrder.of(batch).apply(batch.hidden(field));
    return Arrays.copyOf(column.values(), column.size());
  }

  @Test
  void rowsInOrderAreLeftAlone() {
    add(-5, 9, 9, 9);
    add(1, 0, 0, 0);
    add(1, 0, 0, 0);
    add(1, 0, 0, 1);
    RowOrder order = RowOrder.of(batch);
    assertThat(order.isIdentity()).isTrue();
    assertThat(order.apply(batch.time())).isSameAs(batch.time());
  }

  @Test
  void equalTimesAreOrderedByWriterThenLayerThenSequence() {
    add(7, 2, 0, 10);
    add(7, 1, 1, 11);
    add(7, 1, 0, 12);
    add(7, -1, 5, 14);
    add(7, 1, 0, 9);
    add(6, 3, 3, 3);
    assertThat(sorted(HiddenField.SEQUENCE)).containsExactly(3, 14, 9, 12, 11, 10);
  }

  @Test
  void anyNumberOfRunsIsMerged() {
    for (int rows = 1; rows < 70; rows++) {
      batch.clear();
      for (int row = 0; row < rows; row++) {
        add((row * 37L) % 11, 0, 0, row);
      }
      long[] sequences = sorted(HiddenField.SEQUENCE);
      long[] expected =
          java.util.stream.LongStream.range(0, rows)
              .boxed()
              .sorted(java.util.Comparator.comparing((Long row) -> row * 37 % 11))
              .mapToLong(row -> row)
              .toArray();
      assertThat(sequences).as("%s rows", rows).isEqualTo(expected);
    }
  }
}
