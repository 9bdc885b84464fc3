package io.varve.table;

import io.varve.column.RowBuffer;
import io.varve.column.RowSink;
import io.varve.io.SchemaMismatchException;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.schema.SchemaEvolution;
import io.varve.schema.TableDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How rows of a table as a job declared it become rows of the table as it is now. Immutable.
 *
 * <p>What was declared is the table's present schema or a former one, told by names, types and
 * order; the newest that is the same counts. Then columns are found by their ids: renamed ones
 * under their new name, widened ones as they are, and values of dropped ones are left out. Where it
 * is none of these, and the table has been changed, columns are found by name in the present
 * schema. Columns that were not declared have their default, or null.
 */
public final class DeclaredRows {

  private static final int DROPPED = -1;

  private final Schema declared;
  private final Schema present;
  private final int[] targets;
  private final int[] absent;
  private final boolean identity;

  private DeclaredRows(Schema declared, Schema present, int[] targets) {
    this.declared = declared;
    this.present = present;
    this.targets = targets;
    this.absent = absent(present, targets);
    boolean same = targets.length == present.size();
    for (int i = 0; i < targets.length; i++) {
      same &= targets[i] == i;
    }
    this.identity = same;
  }

  static DeclaredRows of(String table, TableDescription now, TableDefinition declared)
      throws SchemaMismatchException {
    Schema schema = declared.schema();
    int[] targets = targets(now, schema);
    String difference =
        targets == null ? difference(now, schema) : difference(now, declared, targets);
    if (targets == null || difference != null) {
      throw new SchemaMismatchException(
          table
              + ": the table there is another than the one asked for: "
              + difference
              + (now.former().isEmpty()
                  ? ""
                  : " (its columns were changed; this is version " + now.schema().version() + ")")
              + "; use its definition, or another path");
    }
    return new DeclaredRows(schema, now.schema(), targets);
  }

  private static int @Nullable [] targets(TableDescription now, Schema declared) {
    List<Schema> known = new ArrayList<>();
    known.add(now.schema());
    known.addAll(now.former());
    for (Schema schema : known) {
      if (schema.looksLike(declared)) {
        int[] targets = new int[declared.size()];
        for (int i = 0; i < targets.length; i++) {
          targets[i] = now.schema().find(schema.field(i).id()).orElse(DROPPED);
        }
        return targets;
      }
    }
    return now.former().isEmpty() ? null : targetsByName(now.schema(), declared);
  }

  private static int @Nullable [] targetsByName(Schema present, Schema declared) {
    if (!present.timeField().name().equals(declared.timeField().name())) {
      return null;
    }
    int[] targets = new int[declared.size()];
    boolean[] found = new boolean[present.size()];
    for (int i = 0; i < targets.length; i++) {
      Field field = declared.field(i);
      OptionalInt index = present.find(field.name());
      if (index.isEmpty() || !fits(field, present.field(index.getAsInt()))) {
        return null;
      }
      targets[i] = index.getAsInt();
      found[targets[i]] = true;
    }
    for (int i = 0; i < found.length; i++) {
      Field field = present.field(i);
      if (!found[i] && !field.nullable() && field.defaultText() == null) {
        return null;
      }
    }
    return targets;
  }

  private static boolean fits(Field declared, Field present) {
    return declared.type().isReadableAs(present.type())
        && (present.nullable() || !declared.nullable());
  }

  /** Returns how the columns differ that could not be found. */
  private static String difference(TableDescription now, Schema wanted) {
    Schema actual = now.schema();
    for (int i = 0; i < Math.max(actual.size(), wanted.size()); i++) {
      Field is = i < actual.size() ? actual.field(i) : null;
      Field asked = i < wanted.size() ? wanted.field(i) : null;
      if (is == null || asked == null || !is.looksLike(asked)) {
        return differs("column " + (i + 1), describe(is), describe(asked));
      }
    }
    return differs("time column", actual.timeField().name(), wanted.timeField().name());
  }

  private static @Nullable String difference(
      TableDescription now, TableDefinition wanted, int[] targets) {
    TableDefinition actual = now.definition();
    TableDefinition asked = translated(wanted, actual, targets);
    if (!actual.partitionColumns().equals(asked.partitionColumns())) {
      return differs("partition columns", actual.partitionColumns(), asked.partitionColumns());
    }
    if (!actual.bucketKey().equals(asked.bucketKey())) {
      return differs("bucket key", actual.bucketKey(), asked.bucketKey());
    }
    if (actual.buckets() != asked.buckets()) {
      return differs("number of buckets", actual.buckets(), asked.buckets());
    }
    if (!actual.idColumn().equals(asked.idColumn())) {
      return differs("id column", actual.idColumn(), asked.idColumn());
    }
    if (!actual.timeZone().equals(asked.timeZone())) {
      return differs("time zone", actual.timeZone(), asked.timeZone());
    }
    return null;
  }

  /** Returns what was declared, with its columns under their present names. */
  private static TableDefinition translated(
      TableDefinition wanted, TableDefinition actual, int[] targets) {
    List<Field> fields = new ArrayList<>();
    int unused = Field.MAX_ID;
    int time = 0;
    for (int i = 0; i < targets.length; i++) {
      Field field = wanted.schema().field(i);
      String name = field.name();
      if (targets[i] != DROPPED) {
        name = actual.schema().field(targets[i]).name();
      } else if (actual.schema().find(name).isPresent()) {
        name = "dropped " + name + " " + unused--;
      }
      fields.add(new Field(field.id(), name, field.type(), field.nullable()));
      time = field.id() == wanted.schema().timeFieldId() ? field.id() : time;
    }
    return SchemaEvolution.withSchema(wanted, new Schema(wanted.schema().version(), fields, time));
  }

  private static String describe(@Nullable Field field) {
    return field == null
        ? "none"
        : "'" + field.name() + "' " + field.type() + (field.nullable() ? "" : " not null");
  }

  private static String differs(String what, Object actual, Object wanted) {
    return what + " is " + actual + ", asked for " + wanted;
  }

  /** Returns the schema that was declared, by which rows come. */
  public Schema schema() {
    return declared;
  }

  /** Returns whether rows come as the table has them, so that {@link #into} changes nothing. */
  public boolean isIdentity() {
    return identity;
  }

  /** Returns what brings rows of the declared schema into a buffer of rows of the table. */
  public RowSink into(RowBuffer buffer) {
    return identity ? buffer : new TranslatedRows(buffer, targets, absent);
  }

  /** Returns the columns of the table that were not declared and have a default, as indexes. */
  private static int[] absent(Schema present, int[] targets) {
    boolean[] found = new boolean[present.size()];
    for (int target : targets) {
      if (target != DROPPED) {
        found[target] = true;
      }
    }
    List<Integer> absent = new ArrayList<>();
    for (int i = 0; i < found.length; i++) {
      if (!found[i] && present.field(i).defaultText() != null) {
        absent.add(i);
      }
    }
    return absent.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DeclaredRows that
        && declared.equals(that.declared)
        && present.equals(that.present);
  }

  @Override
  public int hashCode() {
    return Objects.hash(declared, present);
  }
}
