package io.varve.engine;

import io.varve.io.SchemaMismatchException;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import java.util.OptionalInt;

/** Tells whether rows of one schema can be read with another. Stateless. */
final class SchemaChange {

  private SchemaChange() {}

  /**
   * Checks a change.
   *
   * @throws SchemaMismatchException if stored rows could not be read after it
   */
  static void check(Schema before, Schema after) throws SchemaMismatchException {
    if (after.version() != before.version() + 1) {
      throw refused(
          "has version " + after.version() + ", the next one is " + (before.version() + 1));
    }
    if (after.timeFieldId() != before.timeFieldId()) {
      throw refused("has another time column");
    }
    for (Field field : after.fields()) {
      OptionalInt index = before.find(field.id());
      if (index.isEmpty() && !field.nullable()) {
        throw refused(
            "adds column '" + field.name() + "' without nulls, which events so far do not have");
      }
      if (index.isPresent()) {
        Field old = before.field(index.getAsInt());
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
    }
  }

  private static SchemaMismatchException refused(String why) {
    return new SchemaMismatchException(
        "the new schema " + why + "; change the present one column by column");
  }
}
