package io.varve.flink.source;

import io.varve.column.BinaryColumn;
import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.DoubleColumn;
import io.varve.column.Int128;
import io.varve.column.LongColumn;
import io.varve.column.PairColumn;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.IntFunction;

/** Views of rows of any columns, which are looked at long after they were read. */
final class HeldRows implements ViewReader<HeldRows.HeldRow> {

  private static final long serialVersionUID = 1L;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private transient List<Field> fields = List.of();
  private transient int timeFieldId;

  @Override
  public void open(Schema schema, List<Field> columns) {
    fields = columns;
    timeFieldId = schema.timeFieldId();
  }

  @Override
  public IntFunction<HeldRow> view(List<Column> columns) {
    List<Field> ofColumns = fields;
    int time = timeFieldId;
    return row -> new HeldRow(ofColumns, columns, time, row);
  }

  /** A row that is a place in columns. */
  record HeldRow(List<Field> fields, List<Column> columns, int timeFieldId, int row) {

    /** Returns the row as {@link PlainText} writes it. */
    String text() {
      StringJoiner line = new StringJoiner("|");
      for (int i = 0; i < fields.size(); i++) {
        Column column = columns.get(i);
        line.add(column.isNull(row) ? "null" : text(fields.get(i), column));
      }
      return line.toString();
    }

    private String text(Field field, Column column) {
      return switch (field.type().kind()) {
        case BOOLEAN -> String.valueOf(((LongColumn) column).get(row) != 0);
        case FLOAT, DOUBLE -> String.valueOf(((DoubleColumn) column).get(row));
        case STRING -> string(column);
        case BYTES -> HexFormat.of().formatHex(bytes(column));
        case INT8, INT16, INT32, INT64, DATE, TIME ->
            String.valueOf(((LongColumn) column).get(row));
        case DECIMAL -> decimal(field, column).toString();
        case TIMESTAMP, TIMESTAMP_LTZ -> timestamp(field, column);
      };
    }

    private String string(Column column) {
      return column instanceof DictionaryColumn coded
          ? coded.dictionary().getString(coded.code(row))
          : ((BinaryColumn) column).getString(row);
    }

    private byte[] bytes(Column column) {
      return column instanceof DictionaryColumn coded
          ? coded.dictionary().get(coded.code(row))
          : ((BinaryColumn) column).get(row);
    }

    private BigDecimal decimal(Field field, Column column) {
      int scale = field.type().scale();
      return column instanceof PairColumn pairs
          ? new BigDecimal(new Int128(pairs.high()[row], pairs.low()[row]).toBigInteger(), scale)
          : BigDecimal.valueOf(((LongColumn) column).get(row), scale);
    }

    private String timestamp(Field field, Column column) {
      if (column instanceof PairColumn pairs) {
        return pairs.high()[row] + "+" + pairs.low()[row];
      }
      long held = ((LongColumn) column).get(row);
      return field.id() == timeFieldId
          ? Math.floorDiv(held, NANOS_PER_MILLI) + "+" + Math.floorMod(held, NANOS_PER_MILLI)
          : held + "+0";
    }
  }
}
