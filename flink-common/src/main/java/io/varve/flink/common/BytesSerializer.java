package io.varve.flink.common;

import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.io.UnsupportedVersionException;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * A serializer of Flink state made of a writer and a reader of Varve's own. Thread-safe if they
 * are.
 *
 * @param <T> what is serialized
 */
public final class BytesSerializer<T> implements SimpleVersionedSerializer<T> {

  private final String name;
  private final int version;
  private final Writer<T> writer;
  private final Reader<T> reader;

  /**
   * Creates a serializer.
   *
   * @param name of what it serializes, for messages
   * @param version the only one it writes and reads
   */
  public BytesSerializer(String name, int version, Writer<T> writer, Reader<T> reader) {
    this.name = name;
    this.version = version;
    this.writer = writer;
    this.reader = reader;
  }

  /** Appends a value to bytes. */
  @FunctionalInterface
  public interface Writer<T> {
    /** Appends a value. */
    void write(BytesWriter out, T value);
  }

  /** Reads a value from bytes. */
  @FunctionalInterface
  public interface Reader<T> {
    /** Reads a value. */
    T read(BytesReader in) throws CorruptFileException;
  }

  @Override
  public int getVersion() {
    return version;
  }

  @Override
  public byte[] serialize(T value) {
    BytesWriter out = new BytesWriter(256);
    writer.write(out, value);
    return out.toByteArray();
  }

  @Override
  public T deserialize(int writtenVersion, byte[] bytes) throws IOException {
    if (writtenVersion != version) {
      throw new UnsupportedVersionException(
          name
              + " in Flink state: version "
              + writtenVersion
              + ", this release reads "
              + version
              + "; restore with the release that took the checkpoint");
    }
    BytesReader in = new BytesReader(name + " in Flink state", bytes);
    T value = reader.read(in);
    in.expectEnd();
    return value;
  }
}
