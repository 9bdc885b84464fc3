package io.varve.schema;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a table is created with: its columns and what they are for. Immutable.
 *
 * @param schema the columns
 * @param partitionColumns columns whose values name the directories; maybe none
 * @param buckets how many directories each partition is split into when there is a bucket key, at
 *     least 1; without one every writer subtask fills a bucket of its own, and this is 0
 * @param bucketKey columns whose values choose the bucket; maybe none
 * @param idColumn the column that is unique per event, or an empty name
 * @param bloomColumns columns that are looked up by rare values; of use for text, bytes and
 *     integers
 * @param tallyColumns columns of few values whose rows are counted per value; likewise
 * @param timeZone the zone that days and hours are cut in, an id as of {@link java.time.ZoneId}
 * @param projections what segments hold pre-aggregated
 */
public record TableDefinition(
    Schema schema,
    List<String> partitionColumns,
    int buckets,
    List<String> bucketKey,
    String idColumn,
    List<String> bloomColumns,
    List<String> tallyColumns,
    String timeZone,
    List<Projection> projections)
    implements Serializable {

  /** The zone of a table that names none. */
  public static final String DEFAULT_TIME_ZONE = "UTC";

  /** The most buckets of a partition. */
  public static final int MAX_BUCKETS = 1 << 16;

  /** Checks that every named column exists and can play its role. */
  public TableDefinition {
    partitionColumns = requireColumns(schema, "partition", partitionColumns);
    bucketKey = requireColumns(schema, "bucket key", bucketKey);
    bloomColumns = requireColumns(schema, "bloom", bloomColumns);
    tallyColumns = requireColumns(schema, "tally", tallyColumns);
    if (!idColumn.isEmpty()) {
      requireColumns(schema, "id", List.of(idColumn));
      Storage storage = schema.storage(schema.indexOf(idColumn));
      if (storage != Storage.BINARY && storage != Storage.LONG) {
        throw new IllegalArgumentException(
            "id column '"
                + idColumn
                + "' is "
                + schema.field(schema.indexOf(idColumn)).type()
                + "; ids are text, bytes or integers");
      }
    }
    if (bucketKey.isEmpty() ? buckets != 0 : buckets < 1 || buckets > MAX_BUCKETS) {
      throw new IllegalArgumentException(
          bucketKey.isEmpty()
              ? "a number of buckets (" + buckets + ") needs a bucket key"
              : "a bucket key needs 1 to " + MAX_BUCKETS + " buckets, not " + buckets);
    }
    java.time.ZoneId.of(timeZone);
    projections = List.copyOf(projections);
    Set<String> names = new HashSet<>();
    for (Projection projection : projections) {
      projection.requireColumns(schema);
      if (!names.add(projection.name())) {
        throw new IllegalArgumentException(
            "two projections are called '" + projection.name() + "'");
      }
    }
  }

  private static List<String> requireColumns(Schema schema, String role, List<String> names) {
    for (String name : names) {
      if (schema.find(name).isEmpty()) {
        throw new IllegalArgumentException(
            role + " column '" + name + "' is not in the schema; there are " + schema.names());
      }
    }
    if (new LinkedHashSet<>(names).size() != names.size()) {
      throw new IllegalArgumentException("a " + role + " column is named twice in " + names);
    }
    return List.copyOf(names);
  }

  /** Starts the definition of a table with these columns and nothing else. */
  public static Builder builder(Schema schema) {
    return new Builder(schema);
  }

  /** Collects the roles of columns. Confined to one thread. */
  public static final class Builder {

    private final Schema schema;
    private List<String> partitionColumns = List.of();
    private int buckets;
    private List<String> bucketKey = List.of();
    private String idColumn = "";
    private List<String> bloomColumns = List.of();
    private List<String> tallyColumns = List.of();
    private String timeZone = DEFAULT_TIME_ZONE;
    private final List<Projection> projections = new ArrayList<>();

    private Builder(Schema schema) {
      this.schema = schema;
    }

    /** Splits the table into directories by the values of these columns. */
    public Builder partitionedBy(String... columns) {
      partitionColumns = List.of(columns);
      return this;
    }

    /** Splits every partition into buckets by the values of these columns. */
    public Builder bucketedBy(int count, String... columns) {
      buckets = count;
      bucketKey = List.of(columns);
      return this;
    }

    /** Names the column that is unique per event. */
    public Builder idColumn(String column) {
      idColumn = column;
      return this;
    }

    /** Names columns that are looked up by rare values. */
    public Builder bloomColumns(String... columns) {
      bloomColumns = List.of(columns);
      return this;
    }

    /** Names columns of few values whose rows are counted per value. */
    public Builder tallyColumns(String... columns) {
      tallyColumns = List.of(columns);
      return this;
    }

    /** Sets the zone that days and hours are cut in. */
    public Builder timeZone(String zone) {
      timeZone = zone;
      return this;
    }

    /** Has segments hold rows pre-aggregated. */
    public Builder projection(Projection projection) {
      projections.add(projection);
      return this;
    }

    /** Returns the definition. */
    public TableDefinition build() {
      return new TableDefinition(
          schema,
          partitionColumns,
          buckets,
          bucketKey,
          idColumn,
          bloomColumns,
          tallyColumns,
          timeZone,
          projections);
    }
  }
}
