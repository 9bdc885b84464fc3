package io.varve.schema;

import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of a schema: version (4), id of the time column (2), number of columns (2), then for
 * each its id (2), type kind, precision, scale, whether it is nullable (1 each), and name (length 4
 * and UTF-8). Thread-safe.
 */
public final class SchemaSerializer {

  private SchemaSerializer() {}

  /** Appends a schema. */
  public static void write(Schema schema, BytesWriter out) {
    out.writeInt(schema.version()).writeShort(schema.timeFieldId()).writeShort(schema.size());
    for (Field field : schema.fields()) {
      DataType type = field.type();
      out.writeShort(field.id()).writeByte(type.kind().number());
      out.writeByte(type.precision()).writeByte(type.scale());
      out.writeByte(field.nullable() ? 1 : 0).writeString(field.name());
    }
  }

  /** Reads a schema. */
  public static Schema read(BytesReader in) throws CorruptFileException {
    int version = in.readInt();
    int timeFieldId = in.readShort();
    int count = in.readShort();
    List<Field> fields = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        int id = in.readShort();
        TypeKind kind = TypeKind.ofNumber(in.readByte());
        DataType type = new DataType(kind, in.readByte(), in.readByte());
        boolean nullable = in.readByte() != 0;
        fields.add(new Field(id, in.readString(), type, nullable));
      }
      return new Schema(version, fields, timeFieldId);
    } catch (IllegalArgumentException invalid) {
      throw in.corrupt("a schema", "none: " + invalid.getMessage());
    }
  }
}
