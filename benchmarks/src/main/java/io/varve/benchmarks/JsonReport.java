package io.varve.benchmarks;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Writes every run, and what it ran on, to a file that other programs can read. */
final class JsonReport {

  private JsonReport() {}

  /** Writes the file anew. */
  static void write(Path file, String suite, Bench bench, Map<String, String> machine)
      throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    try (JsonGenerator json = new JsonFactory().createGenerator(file.toFile(), JsonEncoding.UTF8)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      json.writeStartObject();
      json.writeStringField("suite", suite);
      json.writeNumberField("rows", bench.options().rows());
      json.writeNumberField("threads", bench.options().threads());
      json.writeNumberField("seed", bench.options().seed());
      json.writeObjectFieldStart("machine");
      for (Map.Entry<String, String> fact : machine.entrySet()) {
        json.writeStringField(fact.getKey(), fact.getValue());
      }
      json.writeEndObject();
      json.writeArrayFieldStart("measurements");
      for (Measurement measurement : bench.measurements()) {
        write(json, measurement);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("differences");
      for (String difference : bench.differences()) {
        json.writeString(difference);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void write(JsonGenerator json, Measurement measurement) throws IOException {
    Operation operation = measurement.operation();
    json.writeStartObject();
    json.writeStringField("subject", measurement.subject());
    json.writeStringField("operation", operation.name());
    json.writeStringField("description", operation.description());
    json.writeStringField("unit", operation.unit().symbol());
    json.writeNumberField("median", measurement.median());
    json.writeArrayFieldStart("runs");
    for (double run : measurement.runs()) {
      json.writeNumber(run);
    }
    json.writeEndArray();
    if (measurement.cpuMillis() > 0) {
      json.writeNumberField("cpuMillis", measurement.cpuMillis());
    }
    if (operation.target().isPresent()) {
      json.writeNumberField("target", operation.target().getAsDouble());
    }
    json.writeStringField("answer", measurement.answer());
    json.writeEndObject();
  }
}
