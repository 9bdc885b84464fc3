package io.varve.examples;

import io.varve.flink.common.Failures;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.reader.SimpleStreamFormat;
import org.apache.flink.connector.file.src.reader.StreamFormat;
import org.apache.flink.core.fs.FSDataInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The CSV of flights as Flink's file source reads it, which unpacks {@code .gz} by itself and after
 * a restore skips what was read before. Immutable.
 */
final class FlightsCsvFormat extends SimpleStreamFormat<Flight> {

  private static final long serialVersionUID = 1L;

  private final String file;

  /**
   * Creates the format.
   *
   * @param file what is read, for messages: Flink does not tell
   */
  FlightsCsvFormat(String file) {
    this.file = file;
  }

  @Override
  public StreamFormat.Reader<Flight> createReader(Configuration config, FSDataInputStream stream) {
    return new Reader(new FlightsCsvReader(file, stream));
  }

  @Override
  public TypeInformation<Flight> getProducedType() {
    return TypeInformation.of(Flight.class);
  }

  private record Reader(FlightsCsvReader csv) implements StreamFormat.Reader<Flight> {

    @Override
    public @Nullable Flight read() {
      try {
        return csv.read();
      } catch (MalformedCsvException malformed) {
        throw Failures.fatal(malformed);
      }
    }

    @Override
    public void close() throws IOException {
      csv.close();
    }
  }
}
