package io.varve.schema;

import io.varve.io.SchemaMismatchException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * Makes the next schema of a table or log, such that everything stored can be read by it. Columns
 * are known by their ids, so the roles of a column stay with it whatever it is called. Stateless.
 */
public final class SchemaEvolution {

  private SchemaEvolution() {}

  /**
   * Returns a definition after changes, made one after the other; the schema's version is one more.
   *
   * @throws IllegalArgumentException if a change does not fit the columns there are by then; the
   *     message says what to do
   */
  public static TableDefinition apply(TableDefinition before, List<SchemaChange> changes) {
    if (changes.isEmpty()) {
      throw new IllegalArgumentException("no change of columns is given");
    }
    List<Field> fields = new ArrayList<>(before.schema().fields());
    int lastId = before.schema().lastFieldId();
    for (SchemaChange change : changes) {
      if (change instanceof SchemaChange.Add add) {
        add(fields, add, ++lastId);
      } else {
        apply(before, fields, change);
      }
    }
    int version = Math.addExact(before.schema().version(), 1);
    return withSchema(before, new Schema(version, fields, before.schema().timeFieldId(), lastId));
  }

  private static void add(List<Field> fields, SchemaChange.Add add, int id) {
    if (!add.nullable() && add.defaultText() == null) {
      throw new IllegalArgumentException(
          "column '"
              + add.name()
              + "' can't be added without nulls: rows so far have no value of it; give a default"
              + " or allow nulls");
    }
    if (id > Field.MAX_ID) {
      throw new IllegalArgumentException(
          "a table has at most " + Field.MAX_ID + " columns in its life, those dropped included");
    }
    requireUnused(fields, add.name());
    String after = add.after();
    int at = after == null ? fields.size() : positionAfter(fields, after);
    fields.add(at, new Field(id, add.name(), add.type(), add.nullable(), add.defaultText()));
  }

  private static void apply(TableDefinition before, List<Field> fields, SchemaChange change) {
    if (change instanceof SchemaChange.Drop drop) {
      int index = indexOf(fields, drop.name());
      requireNoRole(before, fields.get(index), "dropped");
      fields.remove(index);
    } else if (change instanceof SchemaChange.Rename rename) {
      int index = indexOf(fields, rename.name());
      requireUnused(fields, rename.newName());
      requireNoPartition(before, fields.get(index));
      fields.set(index, fields.get(index).named(rename.newName()));
    } else if (change instanceof SchemaChange.Widen widen) {
      int index = indexOf(fields, widen.name());
      fields.set(index, widened(before, fields.get(index), widen.type()));
    } else if (change instanceof SchemaChange.AllowNulls allow) {
      int index = indexOf(fields, allow.name());
      if (fields.get(index).id() == before.schema().timeFieldId()) {
        throw new IllegalArgumentException("time column '" + allow.name() + "' can't have nulls");
      }
      fields.set(index, fields.get(index).withNulls());
    } else if (change instanceof SchemaChange.Move move) {
      if (move.name().equals(move.after())) {
        throw new IllegalArgumentException("column '" + move.name() + "' can't follow itself");
      }
      Field moved = fields.remove(indexOf(fields, move.name()));
      fields.add(positionAfter(fields, move.after()), moved);
    }
  }

  private static Field widened(TableDefinition before, Field field, DataType type) {
    if (!field.type().isReadableAs(type)) {
      throw new IllegalArgumentException(
          "column '"
              + field.name()
              + "' of type "
              + field.type()
              + " can't become "
              + type
              + ": integers can become wider integers, float double, decimals and timestamps ones"
              + " of more digits that are stored alike; add another column instead");
    }
    boolean named = isIn(before, field, before.partitionColumns());
    if ((named || isIn(before, field, before.bucketKey()))
        && field.type().kind() == TypeKind.FLOAT) {
      throw new IllegalArgumentException(
          "column '" + field.name() + "' chooses directories by its text; it must stay a float");
    }
    return field.typed(type);
  }

  private static boolean isIn(TableDefinition definition, Field field, List<String> names) {
    OptionalInt index = definition.schema().find(field.id());
    return index.isPresent() && names.contains(definition.schema().field(index.getAsInt()).name());
  }

  private static void requireNoPartition(TableDefinition before, Field field) {
    if (isIn(before, field, before.partitionColumns())) {
      throw new IllegalArgumentException(
          "partition column '" + field.name() + "' can't be renamed: directories bear its name");
    }
  }

  private static void requireNoRole(TableDefinition before, Field field, String what) {
    String role = null;
    if (field.id() == before.schema().timeFieldId()) {
      role = "the time column";
    } else if (isIn(before, field, before.partitionColumns())) {
      role = "a partition column";
    } else if (isIn(before, field, before.bucketKey())) {
      role = "part of the bucket key";
    } else if (isIn(before, field, List.of(before.idColumn()))) {
      role = "the id column";
    }
    if (role != null) {
      throw new IllegalArgumentException(
          "column '" + field.name() + "' can't be " + what + ": it is " + role + " of the table");
    }
    for (Projection projection : before.projections()) {
      List<String> used = new ArrayList<>(projection.columns());
      projection.aggregates().forEach(aggregate -> used.add(aggregate.column()));
      if (isIn(before, field, used)) {
        throw new IllegalArgumentException(
            "column '"
                + field.name()
                + "' can't be "
                + what
                + ": projection '"
                + projection.name()
                + "' uses it; remove the projection first");
      }
    }
  }

  private static int positionAfter(List<Field> fields, String name) {
    return name.isEmpty() ? 0 : indexOf(fields, name) + 1;
  }

  private static int indexOf(List<Field> fields, String name) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "no column is named '"
            + name
            + "'; there are "
            + fields.stream().map(Field::name).toList());
  }

  private static void requireUnused(List<Field> fields, String name) {
    if (fields.stream().anyMatch(field -> field.name().equals(name))) {
      throw new IllegalArgumentException("there is a column '" + name + "' already");
    }
  }

  /**
   * Returns a definition with another schema: each role stays with the columns, by their ids, that
   * had it. Roles of columns that are gone go, and projections of such columns.
   */
  public static TableDefinition withSchema(TableDefinition before, Schema schema) {
    UnaryOperator<String> rename =
        name -> {
          OptionalInt index =
              schema.find(before.schema().field(before.schema().indexOf(name)).id());
          return index.isEmpty() ? "" : schema.field(index.getAsInt()).name();
        };
    List<Projection> projections = new ArrayList<>();
    for (Projection projection : before.projections()) {
      List<Projection.Aggregate> aggregates = new ArrayList<>();
      for (Projection.Aggregate aggregate : projection.aggregates()) {
        String column = rename.apply(aggregate.column());
        aggregates.add(new Projection.Aggregate(aggregate.function(), column));
      }
      List<String> columns = projection.columns().stream().map(rename).toList();
      if (!columns.contains("") && aggregates.stream().noneMatch(one -> one.column().isEmpty())) {
        projections.add(
            new Projection(projection.name(), projection.timeBucket(), columns, aggregates));
      }
    }
    return new TableDefinition(
        schema,
        renamed(before.partitionColumns(), rename),
        before.buckets(),
        renamed(before.bucketKey(), rename),
        before.idColumn().isEmpty() ? "" : rename.apply(before.idColumn()),
        renamed(before.bloomColumns(), rename),
        renamed(before.tallyColumns(), rename),
        before.timeZone(),
        projections);
  }

  private static List<String> renamed(List<String> names, UnaryOperator<String> rename) {
    return names.stream().map(rename).filter(name -> !name.isEmpty()).toList();
  }

  /**
   * Checks that rows of one schema can be read by another.
   *
   * @throws SchemaMismatchException if they could not; the message says why
   */
  public static void check(Schema before, Schema after) throws SchemaMismatchException {
    if (after.version() != before.version() + 1) {
      throw refused(
          "has version " + after.version() + ", the next one is " + (before.version() + 1));
    }
    if (after.timeFieldId() != before.timeFieldId()) {
      throw refused("has another time column");
    }
    if (after.lastFieldId() < before.lastFieldId()) {
      throw refused(
          "says that the last field id is "
              + after.lastFieldId()
              + ", but "
              + before.lastFieldId()
              + " has been given");
    }
    for (Field field : after.fields()) {
      OptionalInt index = before.find(field.id());
      if (index.isPresent()) {
        check(before.field(index.getAsInt()), field);
      } else if (!field.nullable() && field.defaultText() == null) {
        throw refused(
            "adds column '" + field.name() + "' without nulls, which events so far do not have");
      } else if (field.id() <= before.lastFieldId()) {
        throw refused(
            "adds column '"
                + field.name()
                + "' under field id "
                + field.id()
                + ", which a dropped column had; use "
                + (before.lastFieldId() + 1));
      }
    }
  }

  private static void check(Field old, Field field) throws SchemaMismatchException {
    if (!old.type().isReadableAs(field.type()) || (old.nullable() && !field.nullable())) {
      throw refused(
          "makes column '"
              + old.name()
              + "' ("
              + old.type()
              + (old.nullable() ? "" : " not null")
              + ") "
              + field.type()
              + (field.nullable() ? "" : " not null")
              + ", as which its values can't be read");
    }
  }

  private static SchemaMismatchException refused(String why) {
    return new SchemaMismatchException(
        "the new schema " + why + "; change the present one column by column");
  }
}
