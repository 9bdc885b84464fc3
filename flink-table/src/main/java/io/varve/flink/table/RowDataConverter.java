package io.varve.flink.table;

import io.varve.column.RowSink;
import io.varve.flink.common.RowConverter;
import io.varve.schema.Schema;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.apache.flink.types.RowKind;

/** Converts SQL's rows; columns are matched by name. */
final class RowDataConverter implements RowConverter<RowData> {

  private static final long serialVersionUID = 1L;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final RowType type;
  private transient List<Setter> setters = List.of();

  RowDataConverter(RowType type) {
    this.type = type;
  }

  @Override
  public void open(Schema schema) {
    setters =
        type.getFields().stream()
            .map(
                field ->
                    setter(
                        type.getFieldIndex(field.getName()),
                        field,
                        schema.indexOf(field.getName())))
            .toList();
  }

  @Override
  public void convert(RowData element, RowSink row) {
    if (element.getRowKind() != RowKind.INSERT) {
      throw new IllegalArgumentException(
          "an event log takes inserts, not "
              + element.getRowKind()
              + "; write a changelog's keys"
              + " and times as columns");
    }
    for (Setter setter : setters) {
      setter.set(element, row);
    }
  }

  private static Setter setter(int from, RowType.RowField field, int to) {
    Setter setter = setterOfValue(from, field, to);
    return (row, sink) -> {
      if (!row.isNullAt(from)) {
        setter.set(row, sink);
      }
    };
  }

  private static Setter setterOfValue(int from, RowType.RowField field, int to) {
    LogicalType type = field.getType();
    return switch (type.getTypeRoot()) {
      case BOOLEAN -> (row, sink) -> sink.setBoolean(to, row.getBoolean(from));
      case TINYINT -> (row, sink) -> sink.setLong(to, row.getByte(from));
      case SMALLINT -> (row, sink) -> sink.setLong(to, row.getShort(from));
      case INTEGER, DATE, INTERVAL_YEAR_MONTH -> (row, sink) -> sink.setLong(to, row.getInt(from));
      case BIGINT, INTERVAL_DAY_TIME -> (row, sink) -> sink.setLong(to, row.getLong(from));
      case TIME_WITHOUT_TIME_ZONE ->
          (row, sink) -> sink.setLong(to, row.getInt(from) * NANOS_PER_MILLI);
      case FLOAT -> (row, sink) -> sink.setDouble(to, row.getFloat(from));
      case DOUBLE -> (row, sink) -> sink.setDouble(to, row.getDouble(from));
      case CHAR, VARCHAR -> (row, sink) -> sink.setBytes(to, row.getString(from).toBytes());
      case BINARY, VARBINARY -> (row, sink) -> sink.setBytes(to, row.getBinary(from));
      case DECIMAL -> {
        int precision = LogicalTypeChecks.getPrecision(type);
        int scale = LogicalTypeChecks.getScale(type);
        yield (row, sink) ->
            sink.setDecimal(to, row.getDecimal(from, precision, scale).toBigDecimal());
      }
      case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> {
        int precision = LogicalTypeChecks.getPrecision(type);
        yield (row, sink) -> {
          TimestampData time = row.getTimestamp(from, precision);
          sink.setTimestamp(to, time.getMillisecond(), time.getNanoOfMillisecond());
        };
      }
      default -> {
        OpaqueValues values = new OpaqueValues(field.getName(), type);
        RowData.FieldGetter getter = RowData.createFieldGetter(type.copy(false), from);
        yield (row, sink) -> {
          Object value = getter.getFieldOrNull(row);
          if (value != null) {
            sink.setBytes(to, values.toBytes(value));
          }
        };
      }
    };
  }

  /** Sets one column of a row that has a value there. */
  @FunctionalInterface
  private interface Setter {
    void set(RowData row, RowSink sink);
  }
}
