package io.varve.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.varve.io.Checksums;
import io.varve.io.CorruptFileException;
import io.varve.io.UnsupportedVersionException;
import io.varve.schema.DataType;
import io.varve.schema.Field;
import io.varve.schema.Projection;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.schema.TypeKind;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads {@code table.json} (format.md): one JSON object whose last member {@code crc32c}
 * is the checksum of all bytes before its comma. Unknown members are refused, so that an older
 * release never ignores what a newer one meant.
 */
final class TableJson {

  private static final JsonFactory JSON = new JsonFactory();
  private static final String CHECKSUM_MEMBER = ",\n\"crc32c\":\"";
  private static final int CHECKSUM_LENGTH = CHECKSUM_MEMBER.length() + 8 + 3;

  private TableJson() {}

  static byte[] write(TableDescription description) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text).useDefaultPrettyPrinter()) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
      json.writeStartObject();
      json.writeNumberField("formatVersion", TableDescription.FORMAT_VERSION);
      json.writeStringField("id", description.id());
      TableDefinition definition = description.definition();
      writeSchema(json, definition.schema());
      json.writeNumberField("lastFieldId", definition.schema().lastFieldId());
      writeList(json, "partitionColumns", definition.partitionColumns());
      json.writeNumberField("buckets", definition.buckets());
      writeList(json, "bucketKey", definition.bucketKey());
      json.writeStringField("idColumn", definition.idColumn());
      writeList(json, "bloomColumns", definition.bloomColumns());
      writeList(json, "tallyColumns", definition.tallyColumns());
      json.writeStringField("timeZone", definition.timeZone());
      writeProjections(json, definition.projections());
      writeChanges(json, description);
      json.flush();
    }
    byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
    int crc = Checksums.crc32c(body, 0, body.length);
    String end = CHECKSUM_MEMBER + HexFormat.of().toHexDigits(crc) + "\"}\n";
    return (new String(body, StandardCharsets.UTF_8) + end).getBytes(StandardCharsets.UTF_8);
  }

  private static void writeSchema(JsonGenerator json, Schema schema) throws IOException {
    json.writeNumberField("schemaVersion", schema.version());
    json.writeNumberField("timeFieldId", schema.timeFieldId());
    writeFields(json, "fields", schema.fields());
  }

  private static void writeChanges(JsonGenerator json, TableDescription description)
      throws IOException {
    json.writeObjectFieldStart("options");
    for (Map.Entry<String, String> option : description.options().values().entrySet()) {
      json.writeStringField(option.getKey(), option.getValue());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("former");
    for (Schema schema : description.former()) {
      json.writeStartObject();
      writeSchema(json, schema);
      json.writeEndObject();
    }
    json.writeEndArray();
    writeFields(json, "dropped", description.dropped());
  }

  private static void writeFields(JsonGenerator json, String name, List<Field> fields)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (Field field : fields) {
      json.writeStartObject();
      json.writeNumberField("id", field.id());
      json.writeStringField("name", field.name());
      json.writeStringField("type", field.type().kind().toString());
      json.writeNumberField("precision", field.type().precision());
      json.writeNumberField("scale", field.type().scale());
      json.writeBooleanField("nullable", field.nullable());
      if (field.defaultText() != null) {
        json.writeStringField("default", field.defaultText());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeProjections(JsonGenerator json, List<Projection> projections)
      throws IOException {
    json.writeArrayFieldStart("projections");
    for (Projection projection : projections) {
      json.writeStartObject();
      json.writeStringField("name", projection.name());
      json.writeStringField("timeBucket", projection.timeBucket());
      writeList(json, "columns", projection.columns());
      json.writeArrayFieldStart("aggregates");
      for (Projection.Aggregate aggregate : projection.aggregates()) {
        json.writeStartObject();
        json.writeStringField("function", aggregate.function().name());
        json.writeStringField("column", aggregate.column());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeList(JsonGenerator json, String name, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  static TableDescription read(String file, byte[] bytes) throws IOException {
    requireChecksum(file, bytes);
    String text =
        new String(bytes, StandardCharsets.UTF_8); // of bytes the parser guesses the charset
    try (JsonParser json = JSON.createParser(text)) {
      Members members = new Members(readObject(json));
      int version = members.integer("formatVersion");
      if (version != TableDescription.FORMAT_VERSION) {
        throw new UnsupportedVersionException(
            file
                + ": format version "
                + version
                + ", this release reads "
                + TableDescription.FORMAT_VERSION
                + "; use the release that wrote the table");
      }
      TableDescription description =
          new TableDescription(
              members.text("id"),
              readDefinition(members),
              readOptions(members),
              readFormer(members),
              readFields(members, "dropped"));
      members.requireAllRead();
      return description;
    } catch (JsonProcessingException | IllegalArgumentException | ClassCastException malformed) {
      throw new CorruptFileException(
          file + ": does not describe a table: " + malformed.getMessage());
    }
  }

  private static void requireChecksum(String file, byte[] bytes) throws IOException {
    int bodyLength = bytes.length - CHECKSUM_LENGTH;
    String end =
        bodyLength < 0
            ? ""
            : new String(bytes, bodyLength, CHECKSUM_LENGTH, StandardCharsets.UTF_8);
    String actual =
        bodyLength < 0 ? "" : HexFormat.of().toHexDigits(Checksums.crc32c(bytes, 0, bodyLength));
    if (!end.equals(CHECKSUM_MEMBER + actual + "\"}\n")) {
      throw new CorruptFileException(
          file
              + ": damaged or edited before byte "
              + bytes.length
              + ": the checksum at its end is not that of its bytes; restore it from a backup");
    }
  }

  private static TableOptions readOptions(Members members) {
    SortedMap<String, String> options = new TreeMap<>();
    ((Map<?, ?>) members.take("options"))
        .forEach((name, value) -> options.put((String) name, (String) value));
    return new TableOptions(options);
  }

  private static List<Schema> readFormer(Members members) {
    List<Schema> former = new ArrayList<>();
    for (Object element : members.list("former")) {
      Members schema = new Members((Map<?, ?>) element);
      former.add(
          new Schema(
              schema.integer("schemaVersion"),
              readFields(schema, "fields"),
              schema.integer("timeFieldId")));
      schema.requireAllRead();
    }
    return former;
  }

  private static List<Field> readFields(Members members, String name) {
    List<Field> fields = new ArrayList<>();
    for (Object element : members.list(name)) {
      Members field = new Members((Map<?, ?>) element);
      DataType type =
          new DataType(
              TypeKind.valueOf(field.text("type").toUpperCase(Locale.ROOT)),
              field.integer("precision"),
              field.integer("scale"));
      fields.add(
          new Field(
              field.integer("id"),
              field.text("name"),
              type,
              field.bool("nullable"),
              field.optionalText("default")));
      field.requireAllRead();
    }
    return fields;
  }

  private static TableDefinition readDefinition(Members members) {
    Schema schema =
        new Schema(
            members.integer("schemaVersion"),
            readFields(members, "fields"),
            members.integer("timeFieldId"),
            members.integer("lastFieldId"));
    return new TableDefinition(
        schema,
        members.texts("partitionColumns"),
        members.integer("buckets"),
        members.texts("bucketKey"),
        members.text("idColumn"),
        members.texts("bloomColumns"),
        members.texts("tallyColumns"),
        members.text("timeZone"),
        readProjections(members));
  }

  private static List<Projection> readProjections(Members members) {
    List<Projection> projections = new ArrayList<>();
    for (Object element : members.list("projections")) {
      Members projection = new Members((Map<?, ?>) element);
      List<Projection.Aggregate> aggregates = new ArrayList<>();
      for (Object aggregate : projection.list("aggregates")) {
        Members of = new Members((Map<?, ?>) aggregate);
        Projection.Function function = Projection.Function.valueOf(of.text("function"));
        aggregates.add(new Projection.Aggregate(function, of.text("column")));
        of.requireAllRead();
      }
      projections.add(
          new Projection(
              projection.text("name"),
              projection.text("timeBucket"),
              projection.texts("columns"),
              aggregates));
      projection.requireAllRead();
    }
    return projections;
  }

  private static Map<String, Object> readObject(JsonParser json) throws IOException {
    if (json.currentToken() == null) {
      json.nextToken();
    }
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("no JSON object");
    }
    Map<String, Object> members = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      members.put(name, readValue(json));
    }
    return members;
  }

  private static Object readValue(JsonParser json) throws IOException {
    switch (json.currentToken()) {
      case START_OBJECT:
        return readObject(json);
      case START_ARRAY:
        List<Object> elements = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          elements.add(readValue(json));
        }
        return elements;
      case VALUE_STRING:
        return json.getText();
      case VALUE_NUMBER_INT:
        return json.getIntValue();
      case VALUE_TRUE:
        return true;
      case VALUE_FALSE:
        return false;
      default:
        throw new IllegalArgumentException("unexpected " + json.currentToken());
    }
  }

  /** The members of one JSON object, each of which must be read. */
  private static final class Members {

    private final Map<String, Object> rest = new LinkedHashMap<>();

    Members(Map<?, ?> members) {
      members.forEach((name, value) -> rest.put((String) name, value));
    }

    private Object take(String name) {
      Object value = rest.remove(name);
      if (value == null) {
        throw new IllegalArgumentException("member '" + name + "' is missing");
      }
      return value;
    }

    String text(String name) {
      return (String) take(name);
    }

    @Nullable String optionalText(String name) {
      return (String) rest.remove(name);
    }

    int integer(String name) {
      return (Integer) take(name);
    }

    boolean bool(String name) {
      return (Boolean) take(name);
    }

    List<?> list(String name) {
      return (List<?>) take(name);
    }

    List<String> texts(String name) {
      return list(name).stream().map(String.class::cast).toList();
    }

    void requireAllRead() {
      rest.remove("crc32c");
      if (!rest.isEmpty()) {
        throw new IllegalArgumentException("unknown members " + rest.keySet());
      }
    }
  }
}
