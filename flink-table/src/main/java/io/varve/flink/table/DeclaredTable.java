package io.varve.flink.table;

import io.varve.schema.Field;
import io.varve.schema.Projection;
import io.varve.schema.TableDefinition;
import io.varve.table.TableDirectory;
import io.varve.table.TableOptions;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.catalog.CatalogTable;

/** Makes the declaration in SQL of a table again from what its directory says. */
final class DeclaredTable {

  private final TableDefinition definition;
  private final SqlFacts facts;
  private final Schema.Builder schema = Schema.newBuilder();

  private DeclaredTable(TableDefinition definition, SqlFacts facts) {
    this.definition = definition;
    this.facts = facts;
  }

  /**
   * Returns the declaration of what a commit shows.
   *
   * @param more options beside those that were declared
   */
  static CatalogTable of(TableSnapshot snapshot, Map<String, String> more) throws IOException {
    TableDefinition definition = snapshot.table().definition();
    SqlFacts facts = SqlFacts.of(snapshot);
    Map<String, String> options = options(snapshot.table());
    options.putAll(facts.options());
    options.putAll(more);
    return CatalogTable.newBuilder()
        .schema(new DeclaredTable(definition, facts).schema())
        .comment(facts.get("comment"))
        .partitionKeys(definition.partitionColumns())
        .options(options)
        .build();
  }

  private Schema schema() {
    List<Field> fields = definition.schema().fields();
    addExtras(0, true);
    for (Field field : fields) {
      schema.column(field.name(), facts.typeOf(field));
      addComment("column." + field.id() + ".comment");
      addExtras(field.id(), true);
    }
    addExtras(0, false);
    String watermark = facts.get("watermark.column");
    if (!watermark.isEmpty()) {
      schema.watermark(watermark, facts.get("watermark.expression"));
    }
    List<String> key = new ArrayList<>();
    for (int i = 0; !facts.get(String.format(Locale.ROOT, "key.%04d", i)).isEmpty(); i++) {
      key.add(facts.get(String.format(Locale.ROOT, "key.%04d", i)));
    }
    if (!key.isEmpty()) {
      schema.primaryKeyNamed(facts.get("key.name"), key);
    }
    return schema.build();
  }

  /**
   * Adds the columns that are not stored and stand after one that is.
   *
   * @param there whether that one is there; else those are added whose column is gone
   */
  private void addExtras(int after, boolean there) {
    for (int i = 0; !facts.get(prefix(i) + "name").isEmpty(); i++) {
      int at = Integer.parseInt(facts.get(prefix(i) + "after"));
      boolean gone = at != 0 && definition.schema().find(at).isEmpty();
      if (there ? at == after : gone) {
        addExtra(prefix(i));
      }
    }
  }

  private static String prefix(int extra) {
    return String.format(Locale.ROOT, "extra.%04d.", extra);
  }

  private void addExtra(String prefix) {
    String name = facts.get(prefix + "name");
    String expression = facts.get(prefix + "expression");
    if (expression.isEmpty()) {
      String key = facts.get(prefix + "key");
      boolean virtual = Boolean.parseBoolean(facts.get(prefix + "virtual"));
      schema.columnByMetadata(
          name, facts.get(prefix + "type"), key.isEmpty() ? null : key, virtual);
    } else {
      schema.columnByExpression(name, expression);
    }
    addComment(prefix + "comment");
  }

  private void addComment(String name) {
    String comment = facts.get(name);
    if (!comment.isEmpty()) {
      schema.withComment(comment);
    }
  }

  /** Returns the options that the table itself holds. */
  static Map<String, String> options(TableDirectory table) {
    Map<String, String> options = options(table.definition());
    options.putAll(table.options().values());
    return options;
  }

  private static Map<String, String> options(TableDefinition definition) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put(VarveConnectorOptions.TIME_COLUMN.key(), definition.schema().timeField().name());
    if (!definition.idColumn().isEmpty()) {
      options.put(VarveConnectorOptions.ID_COLUMN.key(), definition.idColumn());
    }
    if (definition.buckets() > 0) {
      options.put(VarveConnectorOptions.BUCKET.key(), Integer.toString(definition.buckets()));
      putList(options, VarveConnectorOptions.BUCKET_KEY.key(), definition.bucketKey());
    }
    putList(options, VarveConnectorOptions.BLOOM_COLUMNS.key(), definition.bloomColumns());
    putList(options, VarveConnectorOptions.TALLY_COLUMNS.key(), definition.tallyColumns());
    if (!definition.timeZone().equals(TableDefinition.DEFAULT_TIME_ZONE)) {
      options.put(VarveConnectorOptions.TIME_ZONE.key(), definition.timeZone());
    }
    for (Projection projection : definition.projections()) {
      List<String> keys = new ArrayList<>();
      if (!projection.timeBucket().isEmpty()) {
        keys.add(projection.timeBucket());
      }
      keys.addAll(projection.columns());
      String name = "projection." + projection.name() + ".";
      options.put(name + "group-by", String.join(", ", keys));
      if (!projection.aggregates().isEmpty()) {
        options.put(
            name + "aggregates",
            String.join(", ", projection.aggregates().stream().map(Object::toString).toList()));
      }
    }
    return options;
  }

  private static void putList(Map<String, String> options, String key, List<String> names) {
    if (!names.isEmpty()) {
      options.put(key, String.join(";", names));
    }
  }

  /** Returns whether the table itself holds an option. */
  static boolean isOfDefinition(String option) {
    return OptionCheck.projectionOf(option) != null
        || TableOptions.NAMES.contains(option)
        || VarveConnectorOptions.TIME_COLUMN.key().equals(option)
        || VarveConnectorOptions.ID_COLUMN.key().equals(option)
        || VarveConnectorOptions.BUCKET.key().equals(option)
        || VarveConnectorOptions.BUCKET_KEY.key().equals(option)
        || VarveConnectorOptions.BLOOM_COLUMNS.key().equals(option)
        || VarveConnectorOptions.TALLY_COLUMNS.key().equals(option)
        || VarveConnectorOptions.TIME_ZONE.key().equals(option);
  }
}
