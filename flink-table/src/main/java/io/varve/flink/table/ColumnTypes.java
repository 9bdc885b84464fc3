package io.varve.flink.table;

import io.varve.schema.DataType;
import io.varve.schema.Field;
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
      case BINARY, VARBINARY, ARRAY, MAP, MULTISET, ROW, RAW, STRUCTURED_TYPE -> DataType.bytes();
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

  /** Returns the SQL type that says the most of a stored column, as SQL writes it. */
  static String sqlType(Field field) {
    DataType type = field.type();
    String name =
        switch (type.kind()) {
          case BOOLEAN -> "BOOLEAN";
          case INT8 -> "TINYINT";
          case INT16 -> "SMALLINT";
          case INT32 -> "INT";
          case INT64 -> "BIGINT";
          case FLOAT -> "FLOAT";
          case DOUBLE -> "DOUBLE";
          case DECIMAL -> "DECIMAL(" + type.precision() + ", " + type.scale() + ")";
          case STRING -> "VARCHAR(2147483647)";
          case BYTES -> "VARBINARY(2147483647)";
          case DATE -> "DATE";
          case TIME -> "TIME(0)";
          case TIMESTAMP -> "TIMESTAMP(" + type.precision() + ")";
          case TIMESTAMP_LTZ -> "TIMESTAMP(" + type.precision() + ") WITH LOCAL TIME ZONE";
        };
    return field.nullable() ? name : name + " NOT NULL";
  }

  /** Returns whether values are stored as opaque bytes. */
  static boolean isOpaque(LogicalType type) {
    return switch (type.getTypeRoot()) {
      case ARRAY, MAP, MULTISET, ROW, RAW, STRUCTURED_TYPE -> true;
      default -> false;
    };
  }
}
