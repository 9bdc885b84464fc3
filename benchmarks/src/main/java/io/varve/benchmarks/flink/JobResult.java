package io.varve.benchmarks.flink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;

/**
 * What a job says of itself, as a line of JSON. Immutable.
 *
 * @param what the name of the rollup, or {@code write}
 * @param nanos on the wall from before the job is built until its result is there
 * @param cpuNanos processor time of all threads of the process meanwhile
 * @param rows that the job wrote; 0 if it read
 * @param files data files there are afterwards
 * @param allFiles files of all kinds there are afterwards
 * @param bytes of all files
 * @param answer what came out, the same for all subjects
 */
record JobResult(
    String what,
    long nanos,
    long cpuNanos,
    long rows,
    long files,
    long allFiles,
    long bytes,
    String answer) {

  /** How the line begins. */
  static final String PREFIX = "RESULT ";

  private static final JsonFactory JSON = new JsonFactory();

  double rowsPerSecond() {
    return rows * 1e9 / nanos;
  }

  double cpuMicrosPerRow() {
    return cpuNanos / 1e3 / rows;
  }

  double millis() {
    return nanos / 1e6;
  }

  /** Returns the line. */
  String toLine() throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("what", what);
      json.writeNumberField("nanos", nanos);
      json.writeNumberField("cpuNanos", cpuNanos);
      json.writeNumberField("rows", rows);
      json.writeNumberField("files", files);
      json.writeNumberField("allFiles", allFiles);
      json.writeNumberField("bytes", bytes);
      json.writeStringField("answer", answer);
      json.writeEndObject();
    }
    return PREFIX + text;
  }

  /** Reads such a line. */
  static JobResult parse(String line) throws IOException {
    String what = "";
    String answer = "";
    long[] numbers = new long[6];
    try (JsonParser json = JSON.createParser(line.substring(PREFIX.length()))) {
      int next = 0;
      while (json.nextToken() != null) {
        if (json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
          numbers[next++] = json.getLongValue();
        } else if (json.currentToken() == JsonToken.VALUE_STRING) {
          what = json.currentName().equals("what") ? json.getText() : what;
          answer = json.currentName().equals("answer") ? json.getText() : answer;
        }
      }
    }
    return new JobResult(
        what, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], answer);
  }
}
