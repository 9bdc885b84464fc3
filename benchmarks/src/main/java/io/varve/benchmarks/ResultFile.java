package io.varve.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What {@link JsonReport} wrote. Immutable.
 *
 * @param suite which suite
 * @param rows of the workload
 * @param machine what it ran on
 * @param measurements in the order in which they were taken
 */
record ResultFile(
    String suite, long rows, Map<String, String> machine, List<Measurement> measurements) {

  /** Copies the collections. */
  ResultFile {
    machine = Map.copyOf(machine);
    measurements = List.copyOf(measurements);
  }

  /** Reads a file. */
  static ResultFile read(Path file) throws IOException {
    String suite = "";
    long rows = 0;
    Map<String, String> machine = new LinkedHashMap<>();
    List<Measurement> measurements = new ArrayList<>();
    try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
      json.nextToken();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "suite" -> suite = json.getText();
          case "rows" -> rows = json.getLongValue();
          case "machine" -> machine = facts(json);
          case "measurements" -> {
            while (json.nextToken() == JsonToken.START_OBJECT) {
              measurements.add(measurement(json));
            }
          }
          default -> json.skipChildren();
        }
      }
    }
    return new ResultFile(suite, rows, machine, measurements);
  }

  private static Map<String, String> facts(JsonParser json) throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      json.nextToken();
      facts.put(name, json.getText());
    }
    return facts;
  }

  private static Measurement measurement(JsonParser json) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    List<Double> runs = new ArrayList<>();
    OptionalDouble target = OptionalDouble.empty();
    double cpuMillis = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "runs" -> {
          while (json.nextToken() != JsonToken.END_ARRAY) {
            runs.add(json.getDoubleValue());
          }
        }
        case "target" -> target = OptionalDouble.of(json.getDoubleValue());
        case "cpuMillis" -> cpuMillis = json.getDoubleValue();
        default -> texts.put(name, json.getText());
      }
    }
    Operation operation =
        new Operation(
            Objects.requireNonNull(texts.get("operation")),
            texts.getOrDefault("description", ""),
            Unit.of(Objects.requireNonNull(texts.get("unit"))),
            target);
    return new Measurement(
        Objects.requireNonNull(texts.get("subject")),
        operation,
        runs,
        cpuMillis,
        texts.getOrDefault("answer", ""));
  }

  /** Returns what a subject did, if it was measured. */
  Optional<Measurement> find(String subject, String operation) {
    return measurements.stream()
        .filter(found -> found.subject().equals(subject))
        .filter(found -> found.operation().name().equals(operation))
        .findFirst();
  }

  /** Returns all subjects in the order of their first measurement. */
  List<String> subjects() {
    return measurements.stream().map(Measurement::subject).distinct().toList();
  }
}
