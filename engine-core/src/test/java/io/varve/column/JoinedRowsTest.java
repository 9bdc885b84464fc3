package io.varve.column;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.schema.DataType;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JoinedRowsTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestampLtz(9))
          .column("a", DataType.int64())
          .column("b", DataType.int64())
          .column("text", DataType.string())
          .column("other", DataType.string())
          .column("real", DataType.float64())
          .column("wide", DataType.decimal(38, 0))
          .build();

  /** Batches of other sizes each, one of them empty, with some nulls, and all rows in one batch. */
  private static RowBatch fill(List<RowBatch> parts) {
    RowBuffer all = new RowBuffer(SCHEMA, 7, 0);
    int row = 0;
    for (int size : new int[] {3, 0, 70, 1}) {
      RowBuffer part = new RowBuffer(SCHEMA, 7, row);
      for (int i = 0; i < size; i++, row++) {
        for (RowBuffer buffer : List.of(part, all)) {
          buffer.setLong(0, row * 10L);
          if (row % 3 != 0) {
            buffer.setLong(1, row);
            buffer.setString(3, "text " + row);
            buffer.setDecimal(6, java.math.BigDecimal.valueOf(row));
          }
          buffer.setLong(2, -row);
          buffer.setString(4, "ä".repeat(row % 5));
          buffer.setDouble(5, row / 2.0);
          buffer.endRow();
        }
      }
      parts.add(part.batch());
    }
    return all.batch();
  }

  private static void assertSame(Column actual, Column expected) {
    assertThat(actual.size()).isEqualTo(expected.size());
    Column one = expected.newEmpty();
    Column other = expected.newEmpty();
    for (int row = 0; row < expected.size(); row++) {
      assertThat(actual.isNull(row)).isEqualTo(expected.isNull(row));
      one.clear();
      other.clear();
      one.appendFrom(actual, row);
      other.appendFrom(expected, row);
      assertThat(value(one)).isEqualTo(value(other));
    }
  }

  private static Object value(Column column) {
    if (column instanceof LongColumn longs) {
      return longs.get(0);
    }
    if (column instanceof BinaryColumn texts) {
      return texts.getString(0);
    }
    if (column instanceof DoubleColumn reals) {
      return reals.values()[0];
    }
    return ((PairColumn) column).low()[0];
  }

  @Test
  void hasTheRowsOfAllBatches() {
    List<RowBatch> parts = new ArrayList<>();
    RowBatch expected = fill(parts);
    JoinedRows rows = new JoinedRows(SCHEMA, parts, false);
    assertThat(rows.rowCount()).isEqualTo(74);
    for (int i = 0; i < SCHEMA.size(); i++) {
      assertSame(rows.column(i), expected.column(i));
    }
    assertSame(rows.time(), expected.time());
    for (HiddenField field : HiddenField.values()) {
      assertSame(rows.hidden(field), expected.hidden(field));
    }
  }

  @Test
  void keepsColumnsWhereTheyAreNeededTogether() {
    List<RowBatch> parts = new ArrayList<>();
    RowBatch expected = fill(parts);
    JoinedRows rows = new JoinedRows(SCHEMA, parts, true);
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < SCHEMA.size(); i++) {
      columns.add(rows.column(i));
    }
    for (int i = 0; i < SCHEMA.size(); i++) {
      assertSame(columns.get(i), expected.column(i));
    }
  }
}
