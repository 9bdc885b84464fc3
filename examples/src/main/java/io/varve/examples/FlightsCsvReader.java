package io.varve.examples;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads flights from CSV, strictly: the first line that is none ends it. Confined to a thread. */
final class FlightsCsvReader implements AutoCloseable {

  private static final List<String> COLUMNS =
      List.of("departure", "delay", "distance", "origin", "destination");
  private static final int MAX_FIELD_IN_MESSAGE = 40;

  private final String file;
  private final CloseableIterator<CsvRecord> records;
  private long line;
  private boolean headerRead;

  /**
   * Creates a reader.
   *
   * @param file what is read, for messages
   * @param in the CSV, not compressed; closed with the reader
   */
  FlightsCsvReader(String file, InputStream in) {
    this.file = file;
    this.records =
        CsvReader.builder()
            .skipEmptyLines(false)
            .allowExtraFields(true)
            .allowMissingFields(true)
            .ofCsvRecord(new InputStreamReader(in, StandardCharsets.UTF_8))
            .iterator();
  }

  /**
   * Returns the next flight, or null after the last.
   *
   * @throws MalformedCsvException if the line is no flight, or the file can't be read on
   */
  @Nullable Flight read() throws MalformedCsvException {
    if (!headerRead) {
      headerRead = true;
      CsvRecord header = next();
      if (header == null || !header.getFields().equals(COLUMNS)) {
        throw new MalformedCsvException(
            file
                + ", line 1: found "
                + (header == null ? "an empty file" : quote(String.join(",", header.getFields())))
                + ", expected the header "
                + String.join(",", COLUMNS)
                + "; give a file of flights, see examples/src/main/resources");
      }
    }
    CsvRecord fields = next();
    return fields == null ? null : flight(fields);
  }

  private @Nullable CsvRecord next() throws MalformedCsvException {
    try {
      if (!records.hasNext()) {
        return null;
      }
      CsvRecord found = records.next();
      line = found.getStartingLineNumber();
      return found;
    } catch (CsvParseException | UncheckedIOException unreadable) {
      Throwable cause = unreadable.getCause() == null ? unreadable : unreadable.getCause();
      throw new MalformedCsvException(
          file
              + ", after line "
              + line
              + ": the file can't be read on ("
              + cause.getMessage()
              + "); it is cut off or damaged, fetch it again");
    }
  }

  private Flight flight(CsvRecord fields) throws MalformedCsvException {
    if (fields.getFieldCount() != COLUMNS.size()) {
      throw new MalformedCsvException(
          file
              + ", line "
              + line
              + ": found "
              + fields.getFieldCount()
              + " columns ("
              + quote(String.join(",", fields.getFields()))
              + "), expected the "
              + COLUMNS.size()
              + " of the header; correct the line or remove it");
    }
    return new Flight(
        departure(fields), number(fields, 1), number(fields, 2), text(fields, 3), text(fields, 4));
  }

  private LocalDateTime departure(CsvRecord fields) throws MalformedCsvException {
    try {
      return LocalDateTime.parse(fields.getField(0));
    } catch (DateTimeParseException malformed) {
      throw malformed(fields, 0, "a time such as 2001-01-31T23:59:00");
    }
  }

  private int number(CsvRecord fields, int column) throws MalformedCsvException {
    try {
      return Integer.parseInt(fields.getField(column));
    } catch (NumberFormatException malformed) {
      throw malformed(fields, column, "a whole number");
    }
  }

  private String text(CsvRecord fields, int column) throws MalformedCsvException {
    if (fields.getField(column).isEmpty()) {
      throw malformed(fields, column, "an airport");
    }
    return fields.getField(column);
  }

  private MalformedCsvException malformed(CsvRecord fields, int column, String expected) {
    return new MalformedCsvException(
        file
            + ", line "
            + line
            + ", column "
            + (column + 1)
            + " ("
            + COLUMNS.get(column)
            + "): found "
            + quote(fields.getField(column))
            + ", expected "
            + expected
            + "; correct the line or remove it");
  }

  private static String quote(String found) {
    boolean whole = found.length() <= MAX_FIELD_IN_MESSAGE;
    return "'" + (whole ? found : found.substring(0, MAX_FIELD_IN_MESSAGE) + "…") + "'";
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
