package io.varve.table;

import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.schema.SchemaEvolution;
import io.varve.schema.TableDefinition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What {@code table.json} says, or the newest commit that changed it: which table this is, its
 * columns now and before. Immutable.
 *
 * @param id unique among all tables
 * @param definition the columns and their roles
 * @param options what holds for every job that writes to the table
 * @param former the schemas before the present one, the newest first, at most {@value #MAX_FORMER}:
 *     jobs that were submitted with one of them go on
 * @param dropped the columns that there are no more, which deletes may still name
 */
public record TableDescription(
    String id,
    TableDefinition definition,
    TableOptions options,
    List<Schema> former,
    List<Field> dropped) {

  /** The version of all file formats that this release writes. */
  public static final int FORMAT_VERSION = 0;

  /** The most former schemas that are kept. */
  public static final int MAX_FORMER = 64;

  /** Copies the lists. */
  public TableDescription {
    former = List.copyOf(former);
    dropped = List.copyOf(dropped);
  }

  /** Describes a new table. */
  public TableDescription(String id, TableDefinition definition) {
    this(id, definition, TableOptions.NONE, List.of(), List.of());
  }

  /** Returns the present schema. */
  public Schema schema() {
    return definition.schema();
  }

  /**
   * Returns the description with the next schema.
   *
   * @param next as of {@link SchemaEvolution#apply}
   */
  TableDescription evolved(TableDefinition next) {
    List<Schema> schemas = new ArrayList<>();
    schemas.add(schema());
    schemas.addAll(former.subList(0, Math.min(former.size(), MAX_FORMER - 1)));
    List<Field> gone = new ArrayList<>(dropped);
    for (Field field : schema().fields()) {
      if (next.schema().find(field.id()).isEmpty()) {
        gone.add(field);
      }
    }
    return new TableDescription(id, next, options, schemas, gone);
  }

  /** Returns the description with other options. */
  TableDescription withOptions(TableDefinition changed, TableOptions newOptions) {
    return new TableDescription(id, changed, newOptions, former, dropped);
  }

  /**
   * Returns the present schema with those of the dropped columns behind it, as {@code "#<field
   * id>"}, that some deletes name: by which rows can be told that these deletes are of.
   */
  Schema schemaWith(Set<Integer> fieldIds) {
    Set<Integer> wanted = new HashSet<>(fieldIds);
    wanted.removeIf(fieldId -> schema().find(fieldId).isPresent());
    if (wanted.isEmpty()) {
      return schema();
    }
    List<Field> fields = new ArrayList<>(schema().fields());
    for (Field field : dropped) {
      if (wanted.contains(field.id())) {
        String name = DeleteCondition.nameOfDropped(field.id());
        fields.add(new Field(field.id(), name, field.type(), true, field.defaultText()));
      }
    }
    Schema now = schema();
    return new Schema(now.version(), fields, now.timeFieldId(), now.lastFieldId());
  }
}
