package io.varve.flink.table;

import io.varve.schema.DataType;
import io.varve.schema.TypeKind;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.TimestampType;

/**
 * How the types of SQL are stored. Nested types are stored as opaque bytes: they come back as they
 * were and can't be compared.
 */
final class ColumnTypes {

  private ColumnTypes() {}

  /**
   * Returns the type of the column that holds values of a SQL type.
   *
   * @param column the column's name, for the message
   * @throws IllegalArgumentException if there is none
   */
  static DataType of(String column, LogicalType type) {
    return switch (type.getTypeRoot()) {
      case BOOLEAN -> DataType.bool();
      case TINYINT -> DataType.of(TypeKind.INT8);
      case SMALLINT -> DataType.of(TypeKind.INT16);
      case INTEGER, INTERVAL_YEAR_MONTH -> DataType.int32();
      case BIGINT, INTERVAL_DAY_TIME -> DataType.int64();
      case FLOAT -> DataType.of(TypeKind.FLOAT);
      case DOUBLE -> DataType.float64();
      case DECIMAL -> {
        DecimalType decimal = (DecimalType) type;
        yield DataType.decimal(decimal.getPrecision(), decimal.getScale());
      }
      case CHAR, VARCHAR -> DataType.string();
      case BINARY, VARBINARY, ARRAY, MAP, MULTISET, ROW -> DataType.bytes();
      case DATE -> DataType.of(TypeKind.DATE);
      case TIME_WITHOUT_TIME_ZONE -> DataType.of(TypeKind.TIME);
      case TIMESTAMP_WITHOUT_TIME_ZONE -> DataType.timestamp(((TimestampType) type).getPrecision());
      case TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
          DataType.timestampLtz(((LocalZonedTimestampType) type).getPrecision());
      default ->
          throw new IllegalArgumentException(
              "column '"
                  + column
                  + "': Varve does not store "
                  + type.asSummaryString()
                  + "; cast it to STRING or BYTES");
    };
  }

  /** Returns whether values are stored as opaque bytes. */
  static boolean isOpaque(LogicalType type) {
    return switch (type.getTypeRoot()) {
      case ARRAY, MAP, MULTISET, ROW -> true;
      default -> false;
    };
  }
}
