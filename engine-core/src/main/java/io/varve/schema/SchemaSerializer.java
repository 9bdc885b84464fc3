package io.varve.schema;

import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of a schema: version (4), id of the time column (2), number of columns (2), then for
 * each its id (2), type kind, precision, scale, flags (1 each), and name (length 4 and UTF-8).
 * Thread-safe.
 *
 * <p>Flag 1 says that a column is nullable, flag 2 that its default follows its name, as text. Bit
 * 15 of the id of the time column says that the greatest field id ever given (2) stands behind the
 * number of columns, since no column has it any more.
 */
public final class SchemaSerializer {

  private static final int LAST_ID_FOLLOWS = 0x8000;
  private static final int NULLABLE = 1;
  private static final int DEFAULT = 2;

  private SchemaSerializer() {}

  /** Appends a schema. */
  public static void write(Schema schema, BytesWriter out) {
    boolean lastIsGone = schema.find(schema.lastFieldId()).isEmpty();
    out.writeInt(schema.version());
    out.writeShort(schema.timeFieldId() | (lastIsGone ? LAST_ID_FOLLOWS : 0));
    out.writeShort(schema.size());
    if (lastIsGone) {
      out.writeShort(schema.lastFieldId());
    }
    for (Field field : schema.fields()) {
      String defaultText = field.defaultText();
      DataType type = field.type();
      out.writeShort(field.id()).writeByte(type.kind().number());
      out.writeByte(type.precision()).writeByte(type.scale());
      out.writeByte((field.nullable() ? NULLABLE : 0) | (defaultText == null ? 0 : DEFAULT));
      out.writeString(field.name());
      if (defaultText != null) {
        out.writeString(defaultText);
      }
    }
  }

  /** Reads a schema. */
  public static Schema read(BytesReader in) throws CorruptFileException {
    int version = in.readInt();
    int time = in.readShort();
    int count = in.readShort();
    int last = (time & LAST_ID_FOLLOWS) == 0 ? 0 : in.readShort();
    List<Field> fields = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        int id = in.readShort();
        TypeKind kind = TypeKind.ofNumber(in.readByte());
        DataType type = new DataType(kind, in.readByte(), in.readByte());
        int flags = in.readByte();
        if (flags > (NULLABLE | DEFAULT)) {
          throw in.corrupt("flags of a column from 0 to 3", String.valueOf(flags));
        }
        String name = in.readString();
        String defaultText = (flags & DEFAULT) == 0 ? null : in.readString();
        fields.add(new Field(id, name, type, (flags & NULLABLE) != 0, defaultText));
      }
      int timeFieldId = time & ~LAST_ID_FOLLOWS;
      return last == 0
          ? new Schema(version, fields, timeFieldId)
          : new Schema(version, fields, timeFieldId, last);
    } catch (IllegalArgumentException invalid) {
      throw in.corrupt("a schema", "none: " + invalid.getMessage());
    }
  }
}
