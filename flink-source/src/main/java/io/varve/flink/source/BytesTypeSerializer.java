package io.varve.flink.source;

import io.varve.io.VarveException;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Serializes immutable values as a length and bytes of Varve's own, which say their version. Open
 * to one subclass for each type, since Flink knows serializers by their classes. Thread-safe.
 */
abstract class BytesTypeSerializer<T> extends TypeSerializer<T> {

  private static final long serialVersionUID = 1L;
  private static final int MAX_BYTES = 1 << 28;

  abstract byte[] toBytes(T value);

  abstract T fromBytes(byte[] bytes) throws VarveException;

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public TypeSerializer<T> duplicate() {
    return this;
  }

  @Override
  public T copy(T from) {
    return from;
  }

  @Override
  public T copy(T from, T reuse) {
    return from;
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public void serialize(T value, DataOutputView target) throws IOException {
    byte[] bytes = toBytes(value);
    target.writeInt(bytes.length);
    target.write(bytes);
  }

  @Override
  public T deserialize(DataInputView source) throws IOException {
    byte[] bytes = new byte[readLength(source)];
    source.readFully(bytes);
    return fromBytes(bytes);
  }

  @Override
  public T deserialize(T reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    int length = readLength(source);
    target.writeInt(length);
    target.write(source, length);
  }

  private static int readLength(DataInputView source) throws IOException {
    int length = source.readInt();
    if (length < 0 || length > MAX_BYTES) {
      throw new IOException(
          "a serialized value has 0 to " + MAX_BYTES + " bytes, found a length of " + length);
    }
    return length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other != null && other.getClass() == getClass();
  }

  @Override
  public int hashCode() {
    return getClass().hashCode();
  }
}
