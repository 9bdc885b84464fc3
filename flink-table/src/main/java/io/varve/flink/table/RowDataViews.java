package io.varve.flink.table;

import io.varve.column.BinaryColumn;
import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.DoubleColumn;
import io.varve.column.LongColumn;
import io.varve.column.PairColumn;
import io.varve.flink.source.ViewReader;
import io.varve.query.TimeBucketCutter;
import io.varve.schema.DataType;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import java.time.ZoneId;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.jspecify.annotations.Nullable;

/** Makes SQL's rows of stored ones, as views of their columns. */
final class RowDataViews implements ViewReader<RowData> {

  private static final long serialVersionUID = 1L;

  private final List<ScanColumn> columns;
  private final String timeColumn;
  private final ZoneId zone;
  private final long commit;
  private transient String partition = "";
  private transient List<Maker> makers = List.of();
  private transient @Nullable ValueColumn @Nullable [] before;

  /**
   * Creates a reader.
   *
   * @param columns what rows are made of
   * @param timeColumn that buckets are cut of, selected if there is one
   * @param zone that they are cut in
   * @param commit that is read, as far as a column shows it
   */
  RowDataViews(List<ScanColumn> columns, String timeColumn, ZoneId zone, long commit) {
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
  public void open(Schema schema, List<Field> selected) {
    List<String> names = selected.stream().map(Field::name).toList();
    makers = columns.stream().map(column -> maker(column, names, selected, schema)).toList();
    before = new ValueColumn[columns.size()];
  }

  @Override
  public void begin(String path) {
    partition = path;
  }

  @Override
  public IntFunction<RowData> view(List<Column> read) {
    @Nullable ValueColumn[] last = before;
    if (last == null) {
      throw new IllegalStateException("the reader was not opened");
    }
    ValueColumn[] values = new ValueColumn[makers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = makers.get(i).make(read, last[i]);
      last[i] = values[i];
    }
    return row -> new ColumnarRow(values, row);
  }

  private Maker maker(ScanColumn column, List<String> names, List<Field> selected, Schema schema) {
    OriginColumn origin = column.origin();
    if (origin != null) {
      return switch (origin) {
        case PARTITION ->
            (read, last) -> new ValueColumns.ConstantText(StringData.fromString(partition));
        case COMMIT -> (read, last) -> new ValueColumns.Constant(commit);
      };
    }
    BucketColumn bucket = column.bucket();
    if (bucket != null) {
      int time = names.indexOf(timeColumn);
      TimeBucketCutter cutter = bucket.newCutter(zone);
      return (read, last) -> buckets((LongColumn) read.get(time), bucket, cutter);
    }
    int index = names.indexOf(column.name());
    Field field = selected.get(index);
    boolean time = field.id() == schema.timeFieldId();
    requireFitting(column, field, time);
    return makerOfValues(column, index, time);
  }

  private static void requireFitting(ScanColumn column, Field field, boolean time) {
    DataType wanted = ColumnTypes.of(column.name(), column.type());
    DataType stored = field.type();
    if (!stored.isReadableAs(wanted) && !(time && stored.kind() == wanted.kind())) {
      throw new IllegalArgumentException(
          "column '"
              + column.name()
              + "' is declared as "
              + column.type().asSummaryString()
              + " but stored as "
              + stored
              + "; declare the type that fits it");
    }
  }

  private ValueColumn buckets(LongColumn times, BucketColumn bucket, TimeBucketCutter cutter) {
    Object[] values = new Object[times.size()];
    for (int row = 0; row < values.length; row++) {
      values[row] = bucket.valueOf(cutter.startOf(times.get(row)), zone);
    }
    return new ValueColumns.Buckets(values);
  }

  private static Maker makerOfValues(ScanColumn column, int at, boolean time) {
    LogicalType type = column.type();
    return switch (type.getTypeRoot()) {
      case BOOLEAN,
          TINYINT,
          SMALLINT,
          INTEGER,
          DATE,
          INTERVAL_YEAR_MONTH,
          BIGINT,
          INTERVAL_DAY_TIME ->
          (read, last) -> new ValueColumns.Longs((LongColumn) read.get(at));
      case TIME_WITHOUT_TIME_ZONE ->
          (read, last) -> new ValueColumns.Times((LongColumn) read.get(at));
      case FLOAT, DOUBLE -> (read, last) -> new ValueColumns.Doubles((DoubleColumn) read.get(at));
      case CHAR, VARCHAR, BINARY, VARBINARY -> (read, last) -> bytes(read.get(at), last);
      case DECIMAL -> {
        int precision = LogicalTypeChecks.getPrecision(type);
        int scale = LogicalTypeChecks.getScale(type);
        yield (read, last) -> decimals(read.get(at), precision, scale);
      }
      case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
          (read, last) -> timestamps(read.get(at), time);
      default -> {
        OpaqueValues values = new OpaqueValues(column.name(), type);
        yield (read, last) -> new ValueColumns.Opaque(bytes(read.get(at), null), values);
      }
    };
  }

  private static ValueColumn bytes(Column read, @Nullable ValueColumn last) {
    return read instanceof DictionaryColumn coded
        ? new CodedTexts(coded, last)
        : new ValueColumns.Bytes((BinaryColumn) read);
  }

  private static ValueColumn decimals(Column read, int precision, int scale) {
    return read instanceof LongColumn longs
        ? new ValueColumns.ShortDecimals(longs, precision, scale)
        : new ValueColumns.LongDecimals((PairColumn) read, precision, scale);
  }

  private static ValueColumn timestamps(Column read, boolean nanos) {
    return read instanceof LongColumn longs
        ? new ValueColumns.Timestamps(longs, nanos)
        : new ValueColumns.FineTimestamps((PairColumn) read);
  }

  /** Shows one column of a block that was read. */
  @FunctionalInterface
  private interface Maker {

    /**
     * Returns the column.
     *
     * @param last the same column of the block before
     */
    ValueColumn make(List<Column> read, @Nullable ValueColumn last);
  }
}
