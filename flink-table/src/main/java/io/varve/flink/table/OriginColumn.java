package io.varve.flink.table;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.types.DataType;

/** The metadata columns that show where a row was read. */
enum OriginColumn {
  /** The directory of its partition, relative to the table. */
  PARTITION("_partition", DataTypes.STRING()),
  /** The number of the commit that the query reads. */
  COMMIT("_commit", DataTypes.BIGINT());

  private final String key;
  private final DataType type;

  OriginColumn(String key, DataType type) {
    this.key = key;
    this.type = type;
  }

  /** Returns the metadata key. */
  String key() {
    return key;
  }

  DataType type() {
    return type;
  }

  /** Returns the column of a metadata key, empty if there is none. */
  static Optional<OriginColumn> ofKey(String key) {
    return Arrays.stream(values()).filter(column -> column.key.equals(key)).findFirst();
  }

  /** Returns all keys with their types. */
  static Map<String, DataType> readable() {
    Map<String, DataType> types = new TreeMap<>();
    for (OriginColumn column : values()) {
      types.put(column.key, column.type);
    }
    return types;
  }
}
