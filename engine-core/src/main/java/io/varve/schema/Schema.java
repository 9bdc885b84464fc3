package io.varve.schema;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The columns of a table at one version. Immutable.
 *
 * @param version grows by one with every change, from 1
 * @param fields the columns in the order in which users see them, at least the time column
 * @param timeFieldId the id of the time column: a TIMESTAMP or TIMESTAMP_LTZ, not nullable, held as
 *     int64 nanoseconds since 1970-01-01T00:00:00 (in UTC where it is a point in time)
 * @param lastFieldId the greatest id that any column has or had: new ones get greater ids
 */
public record Schema(int version, List<Field> fields, int timeFieldId, int lastFieldId)
    implements Serializable {

  /** The most columns of a schema. */
  public static final int MAX_FIELDS = 4096;

  /** Checks that names and ids are unique and that the time column can be one. */
  public Schema {
    fields = List.copyOf(fields);
    if (version < 1) {
      throw new IllegalArgumentException("schema version must be positive, is " + version);
    }
    if (fields.size() > MAX_FIELDS) {
      throw new IllegalArgumentException(
          "a schema has at most " + MAX_FIELDS + " columns, not " + fields.size());
    }
    Set<String> names = new HashSet<>();
    Set<Integer> ids = new HashSet<>();
    boolean timed = false;
    for (Field field : fields) {
      if (!names.add(field.name())) {
        throw new IllegalArgumentException("two columns are named '" + field.name() + "'");
      }
      if (!ids.add(field.id())) {
        throw new IllegalArgumentException("two columns have field id " + field.id());
      }
      if (field.id() == timeFieldId) {
        requireTime(field);
        timed = true;
      }
    }
    if (!timed) {
      throw new IllegalArgumentException("no column has the time column's id " + timeFieldId);
    }
    if (lastFieldId < greatestId(fields) || lastFieldId > Field.MAX_ID) {
      throw new IllegalArgumentException(
          "the last field id, " + lastFieldId + ", must be " + greatestId(fields) + " or more");
    }
  }

  /** A schema of which no column has been dropped whose id is greater than those there are. */
  public Schema(int version, List<Field> fields, int timeFieldId) {
    this(version, fields, timeFieldId, greatestId(fields));
  }

  private static int greatestId(List<Field> fields) {
    return fields.stream().mapToInt(Field::id).max().orElse(0);
  }

  private static void requireTime(Field field) {
    TypeKind kind = field.type().kind();
    if (kind != TypeKind.TIMESTAMP && kind != TypeKind.TIMESTAMP_LTZ) {
      throw new IllegalArgumentException(
          "time column '" + field.name() + "' must be a timestamp, is " + field.type());
    }
    if (field.nullable()) {
      throw new IllegalArgumentException(
          "time column '" + field.name() + "' must not be nullable: declare it NOT NULL");
    }
  }

  /** Starts a schema of version 1 whose columns get the ids 1, 2, 3 … */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the number of columns. */
  public int size() {
    return fields.size();
  }

  /** Returns the column at an index. */
  public Field field(int index) {
    return fields.get(index);
  }

  /** Returns the index of a column by name, empty if there is none. */
  public OptionalInt find(String name) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equals(name)) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /** Returns the index of a column by id, empty if there is none. */
  public OptionalInt find(int fieldId) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).id() == fieldId) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /**
   * Returns the index of a column by name.
   *
   * @throws IllegalArgumentException if there is none; the message lists those there are
   */
  public int indexOf(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no column is named '" + name + "'; there are " + names()));
  }

  /** Returns the names of the columns in order. */
  public List<String> names() {
    return fields.stream().map(Field::name).toList();
  }

  /** Returns the time column. */
  public Field timeField() {
    return fields.get(find(timeFieldId).orElseThrow());
  }

  /** Returns whether another has columns that look the same, in the same order. */
  public boolean looksLike(Schema other) {
    boolean same = size() == other.size() && timeField().looksLike(other.timeField());
    for (int i = 0; same && i < size(); i++) {
      same = field(i).looksLike(other.field(i));
    }
    return same;
  }

  /** Returns how the values of the column at an index are held. */
  public Storage storage(int index) {
    Field field = fields.get(index);
    if (field.id() == timeFieldId) {
      return Storage.LONG;
    }
    DataType type = field.type();
    return switch (type.kind()) {
      case BOOLEAN, INT8, INT16, INT32, INT64, DATE, TIME -> Storage.LONG;
      case FLOAT, DOUBLE -> Storage.DOUBLE;
      case STRING, BYTES -> Storage.BINARY;
      case DECIMAL ->
          type.precision() <= DataType.MAX_LONG_DECIMAL_PRECISION ? Storage.LONG : Storage.PAIR;
      case TIMESTAMP, TIMESTAMP_LTZ ->
          type.precision() <= DataType.MILLIS_PRECISION ? Storage.LONG : Storage.PAIR;
    };
  }

  /** Collects columns. Confined to one thread. */
  public static final class Builder {

    private final List<Field> fields = new ArrayList<>();
    private int timeFieldId;

    private Builder() {}

    /** Adds a column whose values may be null. */
    public Builder column(String name, DataType type) {
      fields.add(new Field(fields.size() + 1, name, type, true));
      return this;
    }

    /** Adds a column without nulls. */
    public Builder requiredColumn(String name, DataType type) {
      fields.add(new Field(fields.size() + 1, name, type, false));
      return this;
    }

    /** Adds the time column, a TIMESTAMP or TIMESTAMP_LTZ without nulls. */
    public Builder timeColumn(String name, DataType type) {
      requiredColumn(name, type);
      timeFieldId = fields.size();
      return this;
    }

    /** Returns the schema, of version 1. */
    public Schema build() {
      if (timeFieldId == 0) {
        throw new IllegalArgumentException("a schema needs a time column");
      }
      return new Schema(1, fields, timeFieldId);
    }
  }
}
