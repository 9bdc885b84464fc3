package io.varve.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.schema.DataType;
import io.varve.testkit.PlainFilter;
import io.varve.testkit.RandomTable;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A cursor shows the chosen columns of the selected rows and no others. */
class RowCursorRandomTest {

  @SeededTest(runs = 200)
  void showsSelectedRows(Random random) throws IOException {
    RandomTable table = new RandomTable(random, 3000);
    int[] columns = new int[random.nextInt(table.schema().size() + 2)];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = random.nextInt(table.schema().size());
    }
    Filter filter = PlainFilter.random(table, random, 2);
    BoundFilter bound = BoundFilter.of(filter, table.schema());
    PlainFilter plain = new PlainFilter(table.schema());
    Selection selection = new Selection();
    RowCursor cursor = new RowCursor(table.schema(), columns);
    for (RandomParts.Part part : RandomParts.of(table, random)) {
      int first = 0;
      for (int block = 0; block < part.source().blockCount(); block++) {
        int rows = part.source().rowCount(block);
        Block opened = new Block(part.source(), block);
        bound.select(opened, selection);
        int from = random.nextInt(4) == 0 ? random.nextInt(rows + 1) : 0;
        selection.dropBefore(from);
        cursor.open(opened, selection);
        for (int row = from; row < rows; row++) {
          Object[] values = part.rows().get(first + row);
          if (plain.isTrue(filter, values)) {
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.row()).isEqualTo(row);
            for (int i = 0; i < columns.length; i++) {
              DataType type = table.schema().field(columns[i]).type();
              assertThat(shown(cursor, i, type)).isEqualTo(values[columns[i]]);
            }
          }
        }
        assertThat(cursor.next()).isFalse();
        first += rows;
      }
      part.source().close();
    }
  }

  private static @Nullable Object shown(RowView row, int column, DataType type) {
    if (row.isNull(column)) {
      return null;
    }
    return switch (type.kind()) {
      case BOOLEAN -> row.getBoolean(column);
      case INT8, INT16, INT32, INT64 -> row.getLong(column);
      case FLOAT, DOUBLE -> row.getDouble(column);
      case DECIMAL -> {
        BigDecimal decimal = row.getDecimal(column);
        assertThat(decimal.scale()).isEqualTo(type.scale());
        yield decimal;
      }
      case STRING -> {
        String text = row.getString(column);
        assertThat(row.getBytes(column)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        yield text;
      }
      case BYTES -> row.getBytes(column);
      case DATE -> LocalDate.ofEpochDay(row.getLong(column));
      case TIME -> LocalTime.ofNanoOfDay(row.getLong(column));
      case TIMESTAMP -> LocalDateTime.ofInstant(instant(row, column), ZoneOffset.UTC);
      case TIMESTAMP_LTZ -> instant(row, column);
    };
  }

  private static Instant instant(RowView row, int column) {
    return Instant.ofEpochMilli(row.getTimestampMillis(column))
        .plusNanos(row.getTimestampNanosOfMilli(column));
  }
}
