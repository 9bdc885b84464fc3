package io.varve.flink.table;

import io.varve.flink.source.RowReader;
import io.varve.query.RowView;
import io.varve.query.TimeBucketCutter;
import io.varve.schema.Field;
import java.time.ZoneId;
import java.util.List;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows that hold copies of their values: what views must equal, and what they are measured
 * against.
 */
final class CopyingReader implements RowReader<RowData> {

  private static final long serialVersionUID = 1L;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final List<ScanColumn> columns;
  private final String timeColumn;
  private final ZoneId zone;
  private final long commit;
  private String partition = "";
  private transient List<Getter> getters = List.of();

  /**
   * Creates a reader.
   *
   * @param columns what rows are made of
   * @param timeColumn that buckets are cut of, selected if there is one
   * @param zone that they are cut in
   * @param commit that is read, as far as a column shows it
   */
  CopyingReader(List<ScanColumn> columns, String timeColumn, ZoneId zone, long commit) {
    this.columns = List.copyOf(columns);
    this.timeColumn = timeColumn;
    this.zone = zone;
    this.commit = commit;
  }

  /** Returns the stored columns that the reader needs. */
  List<String> storedColumns() {
    return columns.stream()
        .filter(column -> column.origin() == null)
        .map(column -> column.bucket() == null ? column.name() : timeColumn)
        .distinct()
        .toList();
  }

  @Override
  public void open(List<Field> selected) {
    List<String> names = selected.stream().map(Field::name).toList();
    getters = columns.stream().map(column -> getter(column, names, selected)).toList();
  }

  @Override
  public void begin(String path) {
    partition = path;
  }

  private Getter getter(ScanColumn column, List<String> names, List<Field> selected) {
    OriginColumn origin = column.origin();
    if (origin != null) {
      return switch (origin) {
        case PARTITION -> row -> StringData.fromString(partition);
        case COMMIT -> row -> commit;
      };
    }
    BucketColumn bucket = column.bucket();
    if (bucket != null) {
      int time = names.indexOf(timeColumn);
      TimeBucketCutter cutter = bucket.newCutter(zone);
      return row -> bucket.valueOf(cutter.startOf(row.getLong(time)), zone);
    }
    int index = names.indexOf(column.name());
    io.varve.schema.DataType wanted = ColumnTypes.of(column.name(), column.type());
    io.varve.schema.DataType stored = selected.get(index).type();
    boolean time = column.name().equals(timeColumn);
    boolean fits = stored.isReadableAs(wanted) || (time && stored.kind() == wanted.kind());
    if (!fits) {
      throw new IllegalArgumentException(
          "column '"
              + column.name()
              + "' is declared as "
              + column.type().asSummaryString()
              + " but stored as "
              + stored
              + "; declare the type that fits it");
    }
    Getter value = getterOfValue(column, index);
    return row -> row.isNull(index) ? null : value.get(row);
  }

  @Override
  public RowData read(RowView row) {
    GenericRowData made = new GenericRowData(getters.size());
    for (int i = 0; i < getters.size(); i++) {
      made.setField(i, getters.get(i).get(row));
    }
    return made;
  }

  private static Getter getterOfValue(ScanColumn column, int at) {
    LogicalType type = column.type();
    return switch (type.getTypeRoot()) {
      case BOOLEAN -> row -> row.getBoolean(at);
      case TINYINT -> row -> (byte) row.getLong(at);
      case SMALLINT -> row -> (short) row.getLong(at);
      case INTEGER, DATE, INTERVAL_YEAR_MONTH -> row -> (int) row.getLong(at);
      case BIGINT, INTERVAL_DAY_TIME -> row -> row.getLong(at);
      case TIME_WITHOUT_TIME_ZONE -> row -> (int) (row.getLong(at) / NANOS_PER_MILLI);
      case FLOAT -> row -> (float) row.getDouble(at);
      case DOUBLE -> row -> row.getDouble(at);
      case CHAR, VARCHAR -> row -> StringData.fromBytes(row.getBytes(at));
      case BINARY, VARBINARY -> row -> row.getBytes(at);
      case DECIMAL -> {
        int precision = LogicalTypeChecks.getPrecision(type);
        int scale = LogicalTypeChecks.getScale(type);
        yield row -> DecimalData.fromBigDecimal(row.getDecimal(at), precision, scale);
      }
      case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
          row ->
              TimestampData.fromEpochMillis(
                  row.getTimestampMillis(at), row.getTimestampNanosOfMilli(at));
      default -> {
        OpaqueValues values = new OpaqueValues(column.name(), type);
        yield row -> values.fromBytes(row.getBytes(at));
      }
    };
  }

  /** Reads one column of a row. */
  @FunctionalInterface
  private interface Getter {
    @Nullable Object get(RowView row);
  }
}
