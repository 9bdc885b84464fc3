package io.varve.examples;

import java.nio.file.Path;

/** Where the log goes; {@code log4j2.properties} asks for the same property. */
final class LogFile {

  private static final String PROPERTY = "varve.log.file";

  private LogFile() {}

  /** Sends the log to a file; to be called before anything logs. */
  static void use(Path file) {
    System.setProperty(PROPERTY, file.toAbsolutePath().toString());
  }

  /** Returns the file. */
  static Path path() {
    String chosen = System.getProperty(PROPERTY);
    return chosen == null
        ? Path.of(System.getProperty("java.io.tmpdir"), "varve.log")
        : Path.of(chosen);
  }
}
