package io.varve.flink.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.runtime.typeutils.InternalSerializers;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * Turns nested values into bytes and back, in the form in which Flink's SQL ships them between
 * tasks. Values are turned into bytes by one thread, but back by any.
 */
final class OpaqueValues {

  private static final int INITIAL_BYTES = 128;

  private final TypeSerializer<Object> serializer;
  private final DataOutputSerializer out = new DataOutputSerializer(INITIAL_BYTES);
  private final String column;

  OpaqueValues(String column, LogicalType type) {
    this.column = column;
    this.serializer = InternalSerializers.create(type);
  }

  byte[] toBytes(Object value) {
    try {
      out.clear();
      serializer.serialize(value, out);
      return out.getCopyOfBuffer();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  Object fromBytes(byte[] bytes) {
    try {
      return serializer.deserialize(new DataInputDeserializer(bytes));
    } catch (IOException damaged) {
      throw new IllegalStateException(
          "column '" + column + "' holds bytes that are no value of its type: " + damaged, damaged);
    }
  }
}
