package io.varve.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import io.varve.schema.Schema;
import io.varve.schema.TypeKind;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads files row by row into a table. Confined to one thread. */
final class RowReader {

  private final Schema schema;
  private final TableLoader loader;
  private final BadRows bad;
  private final Progress progress;
  private final RowValues values;

  RowReader(Schema schema, TableLoader loader, BadRows bad, Progress progress) {
    this.schema = schema;
    this.loader = loader;
    this.bad = bad;
    this.progress = progress;
    this.values = new RowValues(schema);
  }

  /**
   * Reads CSV whose first line names columns; a field without a value, and without quotes, is null.
   */
  void readCsv(String file, Reader reader) throws IOException {
    Handler handler = new Handler();
    try (CsvReader<Line> csv = CsvReader.builder().build(handler, reader)) {
      for (Line line : csv) {
        if (!line.header()) {
          finish(file, line.number(), line.problem());
        }
      }
    } catch (CsvParseException malformed) {
      throw new IllegalArgumentException(
          file + ": " + rootMessage(malformed) + "; nothing was loaded");
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable cause = failure.getCause();
    return String.valueOf(cause == null ? failure.getMessage() : cause.getMessage());
  }

  private void finish(String file, long line, @Nullable String problem) throws IOException {
    String wrong = problem;
    if (wrong == null) {
      try {
        loader.add(values);
      } catch (IllegalArgumentException unfit) {
        wrong = String.valueOf(unfit.getMessage());
      }
    }
    if (wrong != null) {
      bad.add(file, line, wrong);
    }
    values.clear();
    progress.add(1);
  }

  private int columnOf(String name) {
    return schema.indexOf(name.strip());
  }

  private String problem(int column, IllegalArgumentException wrong) {
    return "column " + schema.field(column).name() + ": " + wrong.getMessage();
  }

  /** A line that has been read into the values. */
  private record Line(boolean header, long number, @Nullable String problem) {}

  private final class Handler extends AbstractBaseCsvCallbackHandler<Line> {

    private final List<Integer> columns = new ArrayList<>();
    private boolean header = true;
    private @Nullable String problem;

    @Override
    protected void handleField(int index, char[] text, int from, int length, boolean quoted) {
      if (header) {
        columns.add(columnOf(new String(text, from, length)));
        return;
      }
      if ((length == 0 && !quoted) || index >= columns.size() || problem != null) {
        return;
      }
      int column = columns.get(index);
      if (length == 0 && schema.field(column).type().kind() != TypeKind.STRING) {
        return;
      }
      try {
        values.parse(column, text, from, length);
      } catch (IllegalArgumentException wrong) {
        problem = problem(column, wrong);
      }
    }

    @Override
    protected Line buildRecord() {
      Line line = new Line(header, getStartingLineNumber(), problem);
      header = false;
      problem = null;
      return line;
    }
  }

  /** Reads one JSON object after the other; a member that is missing is null. */
  void readJsonLines(String file, Reader reader) throws IOException {
    try (JsonParser json = new JsonFactory().createParser(reader)) {
      while (json.nextToken() != null) {
        long line = json.currentTokenLocation().getLineNr();
        if (json.currentToken() != JsonToken.START_OBJECT) {
          throw new IllegalArgumentException(
              file + ":" + line + ": expected an object; nothing was loaded");
        }
        finish(file, line, readObject(json));
      }
    } catch (com.fasterxml.jackson.core.JacksonException malformed) {
      throw new IllegalArgumentException(
          file
              + ":"
              + malformed.getLocation().getLineNr()
              + ": "
              + malformed.getOriginalMessage()
              + "; nothing was loaded");
    }
  }

  private @Nullable String readObject(JsonParser json) throws IOException {
    String problem = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      int column = columnOf(json.currentName());
      JsonToken token = json.nextToken();
      if (token == JsonToken.VALUE_NULL) {
        continue;
      }
      if (token.isStructStart()) {
        json.skipChildren();
        problem = "column " + schema.field(column).name() + ": holds one value, not a structure";
        continue;
      }
      try {
        values.parse(column, json.getText());
      } catch (IllegalArgumentException wrong) {
        problem = problem(column, wrong);
      }
    }
    return problem;
  }
}
